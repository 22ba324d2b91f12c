import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { comparisonAnswerSchema } from "../../schemas/comparison/comparison-answer.ts";
import { experimentPaths } from "../../src/experiments/layout.ts";
import { script, suite } from "../support/plans.ts";
import { answerSchema, type Server, waitFor } from "../support/runs.ts";
import { startServer, uniqueFeature } from "../support/server.ts";

async function start(
  server: Server,
  feature_id: string,
  slugs: string[],
  options: Record<string, unknown> = {},
) {
  await server.call(z.unknown(), "create_experiments", {
    feature_id,
    experiments: slugs.map((experiment_slug) => ({ experiment_slug })),
  });
  return server.call(answerSchema, "run_experiments", { feature_id, ...options });
}

test("two experiments run, and the comparison follows the evidence", async () => {
  const server = await startServer();
  const feature_id = uniqueFeature();
  const gate = join(server.workspace, "gate-SLUG");
  await server.writePlan(feature_id, {
    budget: { concurrent_branches: 2 },
    setup: [process.execPath, "-e", "console.log('set up', process.env.EXPERIMENT_SLUG)"],
    suites: {
      api: suite(3, 0),
      e2e: suite(1, "exp-pg=0,exp-json=1", gate),
      infra: suite("exp-pg=2,exp-json=0", 0),
    },
  });
  const started = await start(server, feature_id, ["exp-pg", "exp-json"]);
  expect(started).toMatchObject({ feature_id, cycle_id: "C1", concurrency: 2 });
  expect(started.next_step).toContain(started.run_id);

  await writeFile(join(server.workspace, "gate-exp-pg"), "");
  const half = await waitFor(server, started.run_id, ({ results }) =>
    results.some(({ experiment_slug, status }) => experiment_slug === "exp-pg" && status === "succeeded"),
  );
  expect(half.state).toBe("running");
  const early = await server.call(comparisonAnswerSchema, "compare_experiments", { feature_id });
  expect(early.recommendation).toBe("continue");
  expect(early.rows?.map(({ signal }) => signal)).toEqual(["running", "winning"]);

  await writeFile(join(server.workspace, "gate-exp-json"), "");
  const run = await waitFor(server, started.run_id);
  expect(run).toMatchObject({
    state: "finished",
    peak_in_flight: 2,
    results: [
      {
        experiment_slug: "exp-json",
        status: "failed",
        by_tag: { api: { passed: 3, failed: 0 }, e2e: { passed: 1, failed: 1 } },
        no_evidence: { infra: expect.stringContaining("no tests were collected") },
      },
      { experiment_slug: "exp-pg", status: "succeeded" },
    ],
  });
  expect(
    run.results.every(({ duration_ms = 0 }) => duration_ms > 0 && duration_ms <= run.total_duration_ms),
  ).toBe(true);

  const comparison = await server.call(comparisonAnswerSchema, "compare_experiments", { feature_id });
  expect(comparison.matrix).toEqual([
    { tag: "api", cells: { "exp-json": { passed: 3, failed: 0 }, "exp-pg": { passed: 3, failed: 0 } } },
    { tag: "e2e", cells: { "exp-json": { passed: 1, failed: 1 }, "exp-pg": { passed: 1, failed: 0 } } },
    { tag: "infra", cells: { "exp-json": null, "exp-pg": { passed: 2, failed: 0 } } },
  ]);
  expect(comparison).toMatchObject({
    recommendation: "promote",
    rationale: expect.stringContaining("exp-pg"),
  });

  await expectRecords(server, feature_id);
});

/** What a run leaves on disk: the kit's records, every report and log, and no secret anywhere. */
async function expectRecords(server: Server, feature_id: string) {
  const ref = { workspace: server.workspace, feature_id, experiment_slug: "exp-pg" };
  const paths = experimentPaths(ref);
  const outcomes = JSON.parse(await readFile(paths.outcomes, "utf8"));
  expect(outcomes).toMatchObject({ status: "succeeded", tests_passed: 6, tests_failed: 0 });
  expect(JSON.parse(await readFile(paths.timeline, "utf8")).entries).toMatchObject([
    { kind: "cycle", cycle_id: "C1" },
  ]);
  expect(JSON.parse(await readFile(paths.runtime, "utf8")).duration_ms).toBeGreaterThan(0);
  const left = await readdir(join(paths.artifacts, "C1"), { recursive: true });
  expect(left).toEqual(
    expect.arrayContaining([
      "api/junit.xml",
      "api/stdout.log",
      "e2e/stderr.log",
      "setup/stdout.log",
      "api.cases.json",
    ]),
  );
  expect(await readFile(join(paths.artifacts, "C1", "api", "notes.txt"), "utf8")).toBe(
    "password [redacted]\n",
  );
  expect(await readFile(join(paths.artifacts, "C1", "api", "stdout.log"), "utf8")).toContain(
    "url [redacted]",
  );

  const files = await readdir(join(server.workspace, ".tdd"), { recursive: true, withFileTypes: true });
  const texts = await Promise.all(
    files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name), "utf8")),
  );
  expect(texts.length).toBeGreaterThan(20);
  expect(texts.filter((text) => /postgres(ql)?:\/\/[^\s]*@/.test(text))).toEqual([]);
}

test("keeps to the plan's limit, and accepts a smaller one", async () => {
  const server = await startServer();
  const feature_id = uniqueFeature();
  await server.writePlan(feature_id, { budget: { concurrent_branches: 2 }, suites: { api: suite(1, 0) } });
  const run = await start(server, feature_id, ["exp-a", "exp-b", "exp-c"], { concurrency: 9 });
  expect(run.concurrency).toBe(2);
  expect(await waitFor(server, run.run_id)).toMatchObject({ state: "finished", peak_in_flight: 2 });

  const single = await server.call(answerSchema, "run_experiments", {
    feature_id,
    concurrency: 1,
    wait_seconds: 0,
  });
  expect(await waitFor(server, single.run_id)).toMatchObject({ cycle_id: "C2", peak_in_flight: 1 });
});

describe("trouble in one suite or experiment does not stop the others", () => {
  test("a missing command, a missing report, a failing setup", async () => {
    const server = await startServer();
    const feature_id = uniqueFeature();
    await server.writePlan(feature_id, {
      setup: [process.execPath, "-e", "process.exit(process.env.EXPERIMENT_SLUG === 'exp-bad' ? 3 : 0)"],
      suites: {
        api: { ...suite(1, 0), command: ["no-such-program"] },
        e2e: { ...script(""), report: { format: "junit", path: "none.xml" } },
        infra: suite(1, 0),
        load: script("process.exit(4)"),
      },
    });
    const run = await start(server, feature_id, ["exp-bad", "exp-good"]);
    const { results, state } = await waitFor(server, run.run_id);
    expect(state).toBe("finished");
    expect(results).toMatchObject([
      { experiment_slug: "exp-bad", status: "failed", by_tag: {}, error: { code: "setup_failed" } },
      {
        experiment_slug: "exp-good",
        status: "failed",
        by_tag: { infra: { passed: 1, failed: 0 }, load: { passed: 0, failed: 1 } },
        no_evidence: {
          api: expect.stringContaining("no-such-program"),
          e2e: expect.stringContaining("none.xml is missing"),
        },
      },
    ]);
    const comparison = await server.call(comparisonAnswerSchema, "compare_experiments", { feature_id });
    // Nobody has evidence of two suites: the plan is at fault.
    expect(comparison).toMatchObject({
      recommendation: "continue",
      rationale: expect.stringContaining("No experiment has evidence for api, e2e"),
      next_step: expect.stringContaining("Correct the suites api, e2e in plan.json"),
    });
    expect(comparison.rows?.map(({ signal }) => signal)).toEqual(["failing", "failing"]);
  });

  test("a branch that is gone", async () => {
    const server = await startServer();
    const feature_id = uniqueFeature();
    await server.writePlan(feature_id, { suites: { api: suite(1, 0) } });
    const ref = { workspace: server.workspace, feature_id, experiment_slug: "exp-gone" };
    await server.call(z.unknown(), "create_experiments", {
      feature_id,
      experiments: [{ experiment_slug: "exp-gone" }, { experiment_slug: "exp-here" }],
    });
    await writeFile(experimentPaths(ref).branch, "no-such-branch");
    const run = await server.call(answerSchema, "run_experiments", { feature_id });
    expect((await waitFor(server, run.run_id)).results).toMatchObject([
      {
        status: "not_measured",
        error: { code: "branch_gone", message: expect.stringContaining("no-such-branch") },
      },
      { status: "succeeded" },
    ]);
  });
});
