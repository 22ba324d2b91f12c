import type * as z from "zod";
import type { Context } from "../../src/context.ts";
import type { ResourceName, Variables } from "../../src/resources/resource.ts";
import { type Problem, parseAs } from "../../src/utils/parse.ts";
import { fitAnswer } from "./fit.ts";

/**
 * What a call may do, as clients show it before they ask for permission. These are only hints: a destructive tool also
 * requires `confirm`.
 */
export interface ToolAnnotations {
  readOnlyHint: boolean;
  destructiveHint: boolean;
  idempotentHint: boolean;
  /** Whether it accesses anything beyond this machine's workspace. */
  openWorldHint: boolean;
}

/** Part of every answer: what to do next, in one sentence of our own that quotes nothing. */
type AnswerSchema = z.ZodObject<{ next_step: z.ZodString }>;
export type Answer = z.infer<AnswerSchema> & Record<string, unknown>;

/** An attachment to an answer: an image, or the address of something to read. */
export type Attachment =
  | { kind: "image"; bytes: Buffer; media_type: string }
  | { kind: "resource"; name: ResourceName; variables: Variables };

/** A page for people that a client may show with an answer. */
export type App = "comparison";

export interface Tool<Input extends z.ZodObject = z.ZodObject, Output extends AnswerSchema = AnswerSchema> {
  /** In the form verb_noun, at most 32 characters. */
  name: string;
  /** One or two sentences for the model: what it does, and when to use it. */
  description: string;
  annotations: ToolAnnotations;
  input: Input;
  output: Output;
  app?: App;
  /** Whether the call decides how large an answer may be. */
  takesSize?: true;
  handler: (
    input: z.infer<Input>,
    context: Context,
    attach: (attachment: Attachment) => void,
  ) => Promise<z.infer<Output>>;
}

/** A tool that parses its own input, so that one list can hold tools of all types. */
export interface AnyTool extends Omit<Tool, "handler"> {
  /** @throws CoreError `invalid_input`, and whatever the core call throws */
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
export const readsLakebase: ToolAnnotations = { ...reads, openWorldHint: true };

/** Writes records; repeating a call changes nothing more. */
export const writesRecords: ToolAnnotations = { ...reads, readOnlyHint: false };

/** Creates something in Lakebase; repeating a call finds it. With `fresh`, deletes a branch of ours first. */
export const changesLakebase: ToolAnnotations = {
  ...writesRecords,
  destructiveHint: true,
  openWorldHint: true,
};

/**
 * Changes the branch that experiments are forked from, if told to; repeating a call resumes it or changes nothing more.
 */
export const changesParent: ToolAnnotations = changesLakebase;

/** Removes the named things, if told to; repeating a call resumes it or finds them gone. */
export const removesIfConfirmed: ToolAnnotations = changesLakebase;

/** Starts commands of the plan. */
export const runsCommands: ToolAnnotations = {
  ...writesRecords,
  idempotentHint: false,
  openWorldHint: true,
};
