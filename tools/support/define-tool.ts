import type * as z from "zod";
import type { Context } from "../../src/context.ts";
import type { ResourceName, Variables } from "../../src/resources/resource.ts";
import { type Problem, parseAs } from "../../src/utils/parse.ts";
import { fitAnswer } from "./fit.ts";

/** What a call may do, as clients show it before they ask for leave. Hints: a destructive tool also takes `confirm`. */
export interface ToolAnnotations {
  readOnlyHint: boolean;
  destructiveHint: boolean;
  idempotentHint: boolean;
  /** Whether it talks to something outside this machine's workspace. */
  openWorldHint: boolean;
}

/** What every answer has: what to do next, one sentence of our own that quotes nothing. */
type AnswerSchema = z.ZodObject<{ next_step: z.ZodString }>;
export type Answer = z.infer<AnswerSchema> & Record<string, unknown>;

/** What goes with an answer: a picture, or the address of something to read. */
export type Attachment =
  | { kind: "image"; bytes: Buffer; media_type: string }
  | { kind: "resource"; name: ResourceName; variables: Variables };

/** A page for people that a client may show beside an answer. */
export type App = "comparison";

export interface Tool<Input extends z.ZodObject = z.ZodObject, Output extends AnswerSchema = AnswerSchema> {
  /** verb_noun, at most 32 characters. */
  name: string;
  /** One or two sentences for the model: what it gives, and when to use it. */
  description: string;
  annotations: ToolAnnotations;
  input: Input;
  output: Output;
  app?: App;
  /** Whether an answer may be as large as the call asks for. */
  takesSize?: true;
  handler: (
    input: z.infer<Input>,
    context: Context,
    attach: (attachment: Attachment) => void,
  ) => Promise<z.infer<Output>>;
}

/** A tool whose input was parsed already: how the one list holds them all. */
export interface AnyTool extends Omit<Tool, "handler"> {
  /** @throws CoreError `invalid_input`, and what the core call throws */
  call: (input: unknown, context: Context, attach: (attachment: Attachment) => void) => Promise<Answer>;
}

export function defineTool<Input extends z.ZodObject, Output extends AnswerSchema>({
  handler,
  ...tool
}: Tool<Input, Output>): AnyTool {
  const problem: Problem = {
    code: "invalid_input",
    subject: tool.name,
    hint: "Correct the fields that the message names.",
  };
  return {
    ...tool,
    call: async (input, context, attach) => {
      const answer = await handler(parseAs(tool.input, input, problem), context, attach);
      return tool.takesSize === true ? answer : fitAnswer(answer);
    },
  };
}

/** Reads records only. */
export const reads: ToolAnnotations = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
};

/** Reads from Lakebase. */
export const asksLakebase: ToolAnnotations = { ...reads, openWorldHint: true };

/** Writes records; the same call again changes nothing more. */
export const records: ToolAnnotations = { ...reads, readOnlyHint: false };

/** Makes something in Lakebase; the same call again finds it. With `fresh` it deletes a branch of ours first. */
export const replacesInLakebase: ToolAnnotations = { ...records, destructiveHint: true, openWorldHint: true };

/** Changes what experiments are forked from, when it is told to; the same call again goes on or changes nothing more. */
export const changesParent: ToolAnnotations = replacesInLakebase;

/** Removes what it is asked about, when it is told to; the same call again goes on or finds it gone. */
export const removesWhenTold: ToolAnnotations = replacesInLakebase;

/** Starts commands of the plan. */
export const startsWork: ToolAnnotations = {
  ...records,
  idempotentHint: false,
  openWorldHint: true,
};
