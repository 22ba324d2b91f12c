import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import * as z from "zod";
import { findModel } from "../../trials/model/converse.ts";
import { playWithModel } from "../../trials/model/play.ts";
import { runTrial } from "../../trials/run-trial.ts";
import { branches } from "../../trials/scenarios/branches.ts";

const requestSchema = z.object({
  model: z.string(),
  system: z.string(),
  tools: z.array(z.object({ name: z.string(), description: z.string(), input_schema: z.looseObject({}) })),
  messages: z.array(z.object({ role: z.enum(["user", "assistant"]), content: z.unknown() })),
});
type Request = z.infer<typeof requestSchema>;

/** A model's API that answers each request with the next of some messages. */
async function fakeApi(replies: object[][]) {
  const requests: Request[] = [];
  const server = createServer(async (request, response) => {
    if (request.url !== "/v1/messages" || request.headers["x-api-key"] !== "a-key") {
      response.writeHead(401).end("who are you?");
      return;
    }
    requests.push(requestSchema.parse(JSON.parse(await text(request))));
    const content = replies[requests.length - 1] ?? [];
    response.end(JSON.stringify({ content, stop_reason: "end_turn", usage: { output_tokens: 1 } }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { requests, url: `http://127.0.0.1:${address.port}` };
}

const use = (name: string, input: object, id = `toolu_${name}`) => ({ type: "tool_use", id, name, input });

test("a model that does what the goal asks finishes, with the server's tools and the trial's own", async () => {
  const { requests, url } = await fakeApi([
    [
      { type: "thinking", thinking: "Both at once.", signature: "s" },
      use("create_branch", { branch: "scratch-a", ttl: "86400s" }),
    ],
    [
      use("create_branch", { branch: "scratch-b" }),
      use("run_command", { directory: "/", command: "echo $SECRET-hello" }),
    ],
    [
      use("delete_branch", { branch: "scratch-b", confirm: "scratch-b" }),
      use("delete_branch", { branch: 1 }, "toolu_bad"),
    ],
    [{ type: "text", text: "They do not differ." }],
  ]);
  const model = findModel("some-model", { ANTHROPIC_API_KEY: "a-key", ANTHROPIC_BASE_URL: url });
  const { calls } = await runTrial(branches, { play: playWithModel(model) });

  expect(calls).toBe(4);
  const [first] = requests;
  expect(first?.model).toBe("some-model");
  expect(first?.system).toContain("create_plan");
  expect(first?.messages).toEqual([{ role: "user", content: branches.goal }]);
  const names = first?.tools.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["check_setup", "read_file", "write_file", "run_command"]));
  const [thought] = z.array(z.unknown()).parse(requests[1]?.messages[1]?.content);
  expect(thought).toEqual({ type: "thinking", thinking: "Both at once.", signature: "s" });
  expect(requests[2]?.messages.at(-1)?.content).toMatchObject([
    { type: "tool_result", tool_use_id: "toolu_create_branch", is_error: false, content: [{ type: "text" }] },
    { type: "tool_result", tool_use_id: "toolu_run_command", is_error: false, content: "-hello" },
  ]);
  expect(requests[3]?.messages.at(-1)?.content).toMatchObject([{ is_error: false }, { is_error: true }]);
});

test("a model that stops too early has not finished", async () => {
  const { url } = await fakeApi([[{ type: "text", text: "Done!" }]]);
  const model = findModel("some-model", { ANTHROPIC_API_KEY: "a-key", ANTHROPIC_BASE_URL: url });
  await expect(runTrial(branches, { play: playWithModel(model) })).rejects.toThrow(/scratch-a/);
});

test("asks no model without a key, and reports what its API says", async () => {
  expect(() => findModel("some-model", {})).toThrow(/ANTHROPIC_API_KEY/);
  const { url } = await fakeApi([]);
  const model = findModel("some-model", { ANTHROPIC_API_KEY: "another", ANTHROPIC_BASE_URL: url });
  await expect(runTrial(branches, { play: playWithModel(model) })).rejects.toThrow(/401.*who are you/);
});
