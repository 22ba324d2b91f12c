import { expect, test } from "vitest";
import { startServer } from "../support/server.ts";

test("the prompt describes the whole flow for the given goal", async () => {
  const { client, writePlan } = await startServer();
  await writePlan("F7-cart", {});
  const { prompts } = await client.listPrompts();
  expect(prompts.map(({ name }) => name)).toEqual(["compare_designs"]);

  const args = { goal: "a cart that survives a restart", designs: "rows, or one document" };
  const { messages } = await client.getPrompt({ name: "compare_designs", arguments: args });

  const { tools } = await client.listTools();
  const text = JSON.stringify(messages);
  for (const part of Object.values(args)) expect(text).toContain(part);
  const told = tools.filter(({ name }) => text.includes(name)).map(({ name }) => name);
  expect(told).toEqual(expect.arrayContaining(["create_plan", "run_experiments", "close_experiments"]));
  expect(text).not.toContain("---");
  const ref = { type: "ref/prompt" as const, name: "compare_designs" };
  const { completion } = await client.complete({ ref, argument: { name: "feature_id", value: "F7" } });
  expect(completion.values).toEqual(["F7-cart"]);
});
