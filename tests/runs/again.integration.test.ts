import { resolve } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { loggedScript, prepareRun, waitFor } from "../support/runs.ts";

test("runs a failing suite once more on a fresh branch, to tell a state problem from a code problem", async () => {
  const feature = await prepareRun(
    (workspace) => ({
      suites: {
        api: {
          command: [process.execPath, resolve("tests/fixtures/stateful.mjs")],
          report: { format: "exit-code" },
          retry_on_fresh_branch: true,
        },
        e2e: { ...loggedScript(workspace, "process.exitCode = 1;"), retry_on_fresh_branch: true },
      },
    }),
    ["exp-a"],
  );
  const { server } = feature;
  const first = await waitFor(server, (await feature.start({ tags: ["api"] })).run_id);
  expect(first.results).toMatchObject([{ status: "succeeded" }]);

  const second = await waitFor(server, (await feature.start({ cycle_id: "C1" })).run_id);
  expect(second.results).toMatchObject([
    { status: "failed", by_tag: { api: { passed: 0, failed: 1 }, e2e: { passed: 0, failed: 1 } } },
  ]);
  expect((await feature.outcomes("exp-a"))?.evidence?.by_tag).toMatchObject({
    api: { state: "evidence", failure_cause: "state" },
    e2e: { state: "evidence", failure_cause: "code" },
  });
  expect(await feature.artifact("exp-a", "api/stdout.log")).toBe("2 visits\n");
  expect(await feature.artifact("exp-a", "api/fresh-branch/stdout.log")).toBe("1 visits\n");

  // The fresh branches are gone again.
  const branches = z.looseObject({ branches: z.array(z.looseObject({ branch: z.string() })) });
  const names = (
    await server.call(branches, "list_branches", { contains: feature.feature_id.toLowerCase() })
  ).branches.map(({ branch }) => branch);
  expect(names.filter((name) => name.startsWith(feature.feature_id.toLowerCase()))).toHaveLength(1);
});

test("does not count a setup as failed that only cannot run twice, and keeps the earlier counts", async () => {
  const setup = [process.execPath, resolve("tests/fixtures/stateful.mjs")];
  const feature = await prepareRun(
    (workspace) => ({ setup, suites: { api: loggedScript(workspace) } }),
    ["exp-a"],
  );
  const run = async (options: object) => waitFor(feature.server, (await feature.start(options)).run_id);
  expect((await run({})).results).toMatchObject([{ status: "succeeded" }]);
  const before = await feature.outcomes("exp-a");

  expect((await run({ cycle_id: "C1" })).results).toMatchObject([
    { status: "not_measured", by_tag: {}, error: { code: "setup_not_repeatable" } },
  ]);
  expect(await feature.outcomes("exp-a")).toEqual(before);
  expect(await feature.artifact("exp-a", "setup/stdout.log")).toBe("2 visits\n");
  expect(await feature.artifact("exp-a", "setup/fresh-branch/stdout.log")).toBe("1 visits\n");
});

test("sets aside a tag's earlier artifacts when its cycle runs again, and does not compare them", async () => {
  const feature = await prepareRun(
    (workspace) => ({
      suites: {
        api: loggedScript(
          workspace,
          `const { ARTIFACTS_DIR } = process.env;
           if (fs.readFileSync(${JSON.stringify(`${workspace}/notes`)}, "utf8").match(/start/g).length === 1)
             fs.writeFileSync(ARTIFACTS_DIR + "/metrics.json", '[{"name":"size","value":1,"better":"lower"}]');`,
        ),
      },
    }),
    ["exp-a"],
  );
  const metrics = z.looseObject({ metrics: z.array(z.unknown()) });
  const compare = () =>
    feature.server.call(metrics, "compare_experiments", {
      feature_id: feature.feature_id,
      detail: "metrics",
    });
  await waitFor(feature.server, (await feature.start({ repeat: 2 })).run_id);
  expect((await compare()).metrics).toHaveLength(1);

  await waitFor(feature.server, (await feature.start({ cycle_id: "C1" })).run_id);
  expect((await compare()).metrics).toEqual([]);
  const args = { feature_id: feature.feature_id, detail: "history" };
  const told = z.looseObject({ trends: z.unknown(), history: z.unknown() });
  const counts = { passed: 1, failed: 0, duration_ms: expect.any(Number) };
  expect(await feature.server.call(told, "compare_experiments", args)).toMatchObject({
    trends: [{ experiment_slug: "exp-a", tag: "api", trend: "same", counts: "1/0 → 1/0", cycles: 2 }],
    history: [
      { cycle_id: "C1", duration_ms: expect.any(Number), by_tag: { api: { ...counts, trend: "same" } } },
      { cycle_id: "C1", by_tag: { api: { ...counts, trend: "first" } }, changed: [] },
    ],
  });
  const listed = await feature.server.call(
    z.looseObject({ artifacts: z.array(z.looseObject({ name: z.string() })) }),
    "list_artifacts",
    { feature_id: feature.feature_id, experiment_slug: "exp-a" },
  );
  const names = listed.artifacts.map(({ name }) => name.replace(/^\d{8}T\d{9}Z\//, "EARLIER/"));
  expect(names).toEqual([
    "EARLIER/api.cases.json",
    "EARLIER/api/metrics.json",
    "EARLIER/api/repeat-2/stderr.log",
    "EARLIER/api/repeat-2/stdout.log",
    "EARLIER/api/stderr.log",
    "EARLIER/api/stdout.log",
    "api.cases.json",
    "api/stderr.log",
    "api/stdout.log",
    "schema-diff.json",
  ]);
});

test("counts a test that passed and failed in the repeats as flaky, not as failed", async () => {
  const feature = await prepareRun(
    (workspace) => ({
      suites: {
        api: loggedScript(
          workspace,
          `const seen = fs.readFileSync(${JSON.stringify(`${workspace}/notes`)}, "utf8").match(/start/g).length;
           process.exitCode = seen === 2 ? 1 : 0;`,
        ),
        e2e: loggedScript(workspace),
      },
    }),
    ["exp-a"],
  );
  const run = await waitFor(feature.server, (await feature.start({ repeat: 3 })).run_id);
  expect(run.results).toMatchObject([
    {
      status: "succeeded",
      by_tag: { api: { passed: 0, failed: 0 }, e2e: { passed: 1, failed: 0 } },
      flaky: { api: ["api (failed 1 of 3)"] },
    },
  ]);
  expect((await feature.outcomes("exp-a"))?.evidence?.by_tag).toMatchObject({ api: { flaky: 1 } });
  expect(JSON.parse(await feature.artifact("exp-a", "api.cases.json")).cases).toMatchObject([
    { status: "flaky" },
  ]);
});
