import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { getDefaultEnvironment, StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import * as z from "zod";
import type { World } from "../world.ts";
import type { Counter } from "./tally.ts";

const resultSchema = z.object({
  isError: z.boolean().default(false),
  content: z.array(z.looseObject({ type: z.string(), text: z.string().optional() })),
  structuredContent: z.unknown().optional(),
});
export type Result = z.infer<typeof resultSchema>;

export type Args = Record<string, unknown>;

/** The client was killed, as by a crash or a closed window: whoever continues starts without memory. */
export class ClientDied extends Error {}

/** A client's connection to the built server. */
export interface Session extends AsyncDisposable {
  instructions: string;
  tools: Awaited<ReturnType<Client["listTools"]>>["tools"];
  /** @throws ClientDied after the answer with which the session ends */
  call: (name: string, args: Args) => Promise<Result>;
}

/** @param diesAfter the tool whose answer is the last one to arrive; the server is killed then */
export async function openSession(
  { workspace, env }: World,
  counter: Counter,
  diesAfter?: string,
): Promise<Session> {
  const client = new Client({ name: "trials", version: "1" });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: ["dist/main.js", "--workspace", workspace],
    env: { ...getDefaultEnvironment(), ...env },
  });
  await client.connect(transport);
  const { tools } = await client.listTools();
  return {
    instructions: client.getInstructions() ?? "",
    tools,
    call: async (name, args) => {
      const answer = await client.callTool({ name, arguments: args }, undefined, { timeout: 300_000 });
      counter.add(name, args, answer);
      if (name === diesAfter && transport.pid !== null) {
        process.kill(transport.pid, "SIGKILL");
        throw new ClientDied(`The client died after ${name}.`);
      }
      return resultSchema.parse(answer);
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
}
