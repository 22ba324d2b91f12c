import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import * as z from "zod";
import { planPath } from "../../src/experiments/layout.ts";
import { writeFiles } from "../plans/project.ts";
import { startCli } from "../support/cli.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";
import { waitFor } from "../support/runs.ts";
import { startServer, uniqueFeature } from "../support/server.ts";

const answerSchema = z.object({
  outcome: z.string(),
  plan_path: z.string(),
  example: z.unknown(),
  next_step: z.string(),
});

const nodeTests = (path: string) => ({
  [path]: `import test from "node:test"; import assert from "node:assert";
    test("has a database", () => assert.equal(process.env.TEST_DATABASE_URL, process.env.DATABASE_URL));
    test("fails", () => assert.equal(1, 2)); test("is skipped", { skip: true }, () => {});`,
});

test("a plan made by the tool runs, and has the same counts as its runner reports", async () => {
  const server = await startServer();
  const feature_id = uniqueFeature();
  await writeFiles(server.workspace, {
    "package.json": {
      type: "module",
      scripts: { test: "node --test tests/*.test.js", "test:unit": "node --test unit" },
    },
    ".env.example": "TEST_DATABASE_URL=",
    ...nodeTests("tests/a.test.js"),
    ...nodeTests("unit/b.test.js"),
  });
  const made = await server.call(answerSchema, "create_plan", { feature_id });
  expect(made).toMatchObject({
    outcome: "created",
    next_step: expect.stringContaining("create_experiments"),
  });
  await server.call(z.unknown(), "create_experiments", {
    feature_id,
    worktree: false,
    experiments: [{ experiment_slug: "exp-a" }],
  });
  const { run_id } = await server.call(z.object({ run_id: z.string() }), "run_experiments", { feature_id });
  const run = await waitFor(server, run_id);
  expect(run.results[0]?.by_tag).toEqual({ unit: { passed: 1, failed: 1 } });
  expect(await server.call(answerSchema, "create_plan", { feature_id })).toMatchObject({ outcome: "kept" });
});

test("an answer links to the plan, which the client can then read", async () => {
  const { client, workspace, writePlan } = await startServer();
  const links = async (feature_id: string) => {
    const { content } = linkedSchema.parse(
      await client.callTool({ name: "create_plan", arguments: { feature_id } }),
    );
    return content.flatMap(({ uri }) => uri ?? []);
  };
  await writePlan("F1", { suites: {} });
  const [uri = "", ...more] = await links("F1");
  expect(more).toEqual([]);
  const { contents } = await client.readResource({ uri });
  expect(contents).toMatchObject([{ text: await readFile(planPath(workspace, "F1"), "utf8") }]);
  expect(await links("F2")).toEqual([]);
});

const linkedSchema = z.object({ content: z.array(z.looseObject({ uri: z.string().optional() })) });

test("the answer says what to write if no suite was found", async () => {
  const server = await startServer();
  const made = await server.call(answerSchema, "create_plan", { feature_id: "F1" });
  expect(made).toMatchObject({ outcome: "no_suites", example: { "plan.json": { suites: {} } } });
  expect(made.next_step).toContain(planPath(server.workspace, "F1"));
});

test("init does the same on the command line", async () => {
  const workspace = await temporaryFolder();
  await writeFiles(workspace, { Makefile: "test:\n\ttrue\n" });
  const path = planPath(workspace, "F1");
  const made = await startCli(workspace, ["init", "F1"]);
  expect(made).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(`Wrote ${path}.`) });
  expect(made.stdout).toMatch(/Found:\n {2}suite api: .*Makefile/);
  const before = await readFile(path, "utf8");
  expect((await startCli(workspace, ["init", "F1"])).stdout).toContain("is unchanged");
  expect(await readFile(path, "utf8")).toBe(before);

  const empty = await startCli(await temporaryFolder(), ["init", "F1"]);
  expect(empty).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('"suites": {') });
  expect((await startCli(workspace, ["init"])).stderr).toMatch(/^invalid_input: init needs/);
  expect((await startCli(workspace, ["init", "../x"])).stderr).toMatch(/^invalid_name: /);
});
