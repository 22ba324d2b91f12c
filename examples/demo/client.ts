import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { getDefaultEnvironment, StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import * as z from "zod";
import { runSchema } from "../../schemas/run.ts";
import { packageRoot } from "./workspace.ts";

/** The server, as a client sees it. */
export interface Server extends AsyncDisposable {
  /** The names in tools/list. */
  tools: string[];
  /**
   * Calls a tool and returns its answer.
   * @throws Error with the text of an error answer
   */
  call: <Schema extends z.ZodType>(
    schema: Schema,
    name: string,
    args: Record<string, unknown>,
  ) => Promise<z.infer<Schema>>;
}

const clientConfigSchema = z.object({
  mcpServers: z.object({
    "lakebase-experiments": z.object({ command: z.string(), args: z.array(z.string()) }),
  }),
});

const resultSchema = z.object({
  isError: z.boolean().optional(),
  /** The answer as text, then links to related resources. */
  content: z.tuple([z.object({ text: z.string() })]).rest(z.unknown()),
  structuredContent: z.unknown().optional(),
});

/** The client's own limit of a minute is short for a busy machine. */
const patienceMs = 300_000;

/** Starts the server as configured in the package's mcp.json, and connects to it over stdio. */
export async function startServer(variables: Record<string, string>): Promise<Server> {
  const config = clientConfigSchema.parse(JSON.parse(await readFile(join(packageRoot, "mcp.json"), "utf8")));
  const { command, args } = config.mcpServers["lakebase-experiments"];
  const client = new Client({ name: "demo", version: "1" });
  const env = { ...getDefaultEnvironment(), ...variables };
  await client.connect(new StdioClientTransport({ command, args, env, cwd: packageRoot }));
  const { tools } = await client.listTools();
  return {
    tools: tools.map(({ name }) => name),
    call: async (schema, name, input) => {
      const asked = client.callTool({ name, arguments: input }, undefined, { timeout: patienceMs });
      const result = resultSchema.parse(await asked);
      if (result.isError === true) throw new Error(`${name}: ${result.content[0].text}`);
      return schema.parse(result.structuredContent);
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
}

/**
 * Waits until a run has ended.
 * @param onLook called with the run once a second, and when an experiment ends
 */
export async function waitForRun(
  { call }: Server,
  run_id: string,
  onLook: (run: z.infer<typeof runSchema>) => Promise<void> = async () => {},
): Promise<z.infer<typeof runSchema>> {
  for (;;) {
    const run = await call(runSchema, "wait_for_run", { run_id, wait_seconds: 1 });
    await onLook(run);
    if (run.state !== "queued" && run.state !== "running") return run;
  }
}
