import { expect, test } from "vitest";
import { detectDeno } from "../../../src/plans/detect/deno.ts";
import { detectIn } from "./detected.ts";

const tests = { "shop_test.ts": "" };
const start = "deno test --junit-path=$ARTIFACTS_DIR/junit.xml";

test.each<[what: string, config: string, command: string]>([
  ["no task", "{}", `${start} --allow-all`],
  ["a task", '{"tasks":{"test":"deno test -A --watch --coverage=cov src/"}}', `${start} -A src/`],
  ["a described task", '{"tasks":{"test":{"command":"deno test -A"}}}', `${start} -A`],
  ["a task that needs a shell", '{"tasks":{"test":"deno test -A && deno lint"}}', `${start} --allow-all`],
  ["comments", '{ // none\n "tasks":{"test":"deno test -A src"} }', `${start} --allow-all`],
])("recognizes the tests of a Deno project with %s", async (_what, config, command) => {
  const { suites, reports } = await detectIn(detectDeno, { "deno.json": config, ...tests });
  expect(suites).toEqual({ api: command });
  expect(reports).toEqual({ api: { format: "junit", path: "junit.xml" } });
});

test("finds no suite without a file of tests, or without Deno", async () => {
  expect((await detectIn(detectDeno, { "deno.json": "{}", "shop.ts": "" })).suites).toEqual({});
  expect((await detectIn(detectDeno, tests)).suites).toEqual({});
});
