import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { expect, inject, onTestFinished, test } from "vitest";
import * as z from "zod";
import { temporaryFolder } from "../support/machine/temporary.ts";

const answerSchema = z.looseObject({
  id: z.union([z.string(), z.number(), z.null()]),
  result: z.looseObject({ isError: z.boolean().optional() }).optional(),
  error: z.object({ code: z.number(), message: z.string() }).optional(),
});

/** The built server, spoken to in lines, as an official client would not let us. */
async function openServer({ first }: { first?: object } = {}) {
  const child = spawn(process.execPath, ["dist/main.js"], {
    env: {
      ...process.env,
      LAKEBASE_WORKSPACE: await temporaryFolder(),
      LAKEBASE_LOCAL_HOME: inject("localHome"),
    },
    stdio: ["pipe", "pipe", "ignore"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (line: string) => {
    child.stdin.write(`${line}\n`);
    return answerSchema.parse(JSON.parse((await lines.next()).value ?? ""));
  };
  const refusal = first === undefined ? undefined : await ask(JSON.stringify(first));
  const clientInfo = { name: "tests", version: "1" };
  const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo };
  await ask(JSON.stringify({ jsonrpc: "2.0", id: 0, method: "initialize", params }));
  return { child, ask, refusal };
}

const call = (id: unknown, args: unknown) => ({
  jsonrpc: "2.0",
  id,
  method: "tools/call",
  params: { name: "list_artifacts", arguments: args },
});

const args = { feature_id: "F1", experiment_slug: "exp-a" };

// tests/mcp/check-message.test.ts has every other kind.
test("an answer has no half of a character, which a client's parser may refuse", async () => {
  const { ask } = await openServer();
  const params = { name: "no tool \ud83d", arguments: {} };
  const answer = await ask(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params }));
  expect(answer.result?.isError).toBe(true);
  expect(JSON.stringify(answer)).toContain("no tool \ufffd");
});

test.each([
  ["longer than 10 MiB", JSON.stringify(call("big", { content: "x".repeat(11_000_000) })), "big"],
  ["that the SDK drops", JSON.stringify({ ...call(2, args), extra: 1 }), 2],
  ["that is not JSON", "{", null],
])("the server answers a message %s with an error, and continues", async (_what, line, id) => {
  const { ask } = await openServer();

  const answer = await ask(line);

  expect(answer.id).toBe(id);
  expect(answer.error?.message).toBeTruthy();
  expect((await ask(JSON.stringify({ jsonrpc: "2.0", id: "next", method: "ping" }))).id).toBe("next");
});

test("a client that asks for the newest protocol first is refused, and then served", async () => {
  const { ask, refusal } = await openServer({
    first: { jsonrpc: "2.0", id: "discover", method: "server/discover", params: {} },
  });
  expect(refusal).toMatchObject({ id: "discover", error: { code: -32_601 } });
  const list = await ask(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" }));
  expect(list.result).toMatchObject({
    tools: expect.arrayContaining([expect.objectContaining({ name: "check_setup" })]),
  });
});

test("the server ends when its client closes stdin, even after a message that it refused", async () => {
  const { child, ask } = await openServer();
  await ask("{");
  child.stdin.end();
  expect(await once(child, "exit")).toEqual([0, null]);
});
