import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { getDefaultEnvironment, StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { inject, onTestFinished } from "vitest";
import * as z from "zod";
import { errorSchema } from "../../schemas/error.ts";
import { planPath } from "../../src/experiments/layout.ts";
import { temporaryCheckout } from "./machine/temporary.ts";

const resultSchema = z.object({
  isError: z.boolean().optional(),
  content: z.tuple([z.object({ type: z.literal("text"), text: z.string() })]).rest(z.unknown()),
  structuredContent: z.unknown().optional(),
});

/**
 * The built server over stdio, driven by the official client, on a workspace created for the test or on a given one.
 */
export async function startServer({
  env = {},
  workspace: given,
  by = [],
  program = "dist/main.js",
  options = [],
}: {
  env?: Record<string, string>;
  workspace?: string;
  /** The program that starts it, with its arguments, such as `setpriv`. */
  by?: string[];
  /** The server's own file. */
  program?: string;
  /** Options of its command line. */
  options?: string[];
} = {}) {
  const workspace = given ?? (await temporaryCheckout());
  const [command = process.execPath, ...args] = [...by, process.execPath, program, ...options];
  const client = new Client({ name: "tests", version: "1" });
  const transport = new StdioClientTransport({
    command,
    args,
    env: {
      ...getDefaultEnvironment(),
      LAKEBASE_WORKSPACE: workspace,
      LAKEBASE_LOCAL_HOME: inject("localHome"),
      ...env,
    },
  });
  // The client's default limit of a minute is too short on a busy machine.
  const send = client.request.bind(client);
  client.request = (request, schema, options) => send(request, schema, { timeout: 300_000, ...options });
  await client.connect(transport);
  onTestFinished(() => client.close());

  const request = async (name: string, args: Record<string, unknown>) =>
    resultSchema.parse(await client.callTool({ name, arguments: args }));

  return {
    client,
    workspace,
    pid: transport.pid,
    /** Returns the structured answer of a call that must succeed. */
    call: async <Schema extends z.ZodType>(
      schema: Schema,
      name: string,
      args: Record<string, unknown> = {},
    ) => {
      const result = await request(name, args);
      if (result.isError === true) throw new Error(result.content[0].text);
      return schema.parse(result.structuredContent);
    },
    /** Returns the error of a call that must fail. */
    fail: async (name: string, args: Record<string, unknown> = {}) => {
      const result = await request(name, args);
      if (result.isError !== true) throw new Error(`${name} succeeded: ${result.content[0].text}`);
      return z.object({ error: errorSchema }).parse(result.structuredContent).error;
    },
    writePlan: async (featureId: string, plan: unknown) => {
      const path = planPath(workspace, featureId);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, JSON.stringify(plan));
    },
  };
}

/**
 * Returns the text between the marks of a fence, which must be the only ones: otherwise the text could end the fence.
 */
export function readFence(text: string): string {
  const mark = /^<(data-[0-9a-f]{8})>$/m.exec(text)?.[1] ?? "none";
  const [, held, after, ...more] = text.split(new RegExp(`^</?${mark}>$`, "m"));
  if (held === undefined || after === undefined || more.length > 0) throw new Error(`no fence: ${text}`);
  return held;
}

// Not the process id, which is reused within a test run.
const series = randomBytes(3).toString("hex");
let features = 0;

/** Creates a feature id that no other test of this run uses, since they share one emulator. */
export function uniqueFeature(): string {
  features += 1;
  return `F${series}-${features}`;
}
