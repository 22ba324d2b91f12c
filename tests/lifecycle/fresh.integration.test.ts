import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { findExperiment } from "../../src/experiments/experiments.ts";
import { cutPaths } from "../../src/experiments/layout.ts";
import { withLock } from "../../src/utils/files/lock.ts";
import {
  findSuitePid,
  findWorkerPid,
  kill,
  loggedScript,
  openGate,
  prepareRun,
  waitFor,
} from "../support/runs.ts";

const cutSchema = z.object({
  experiments: z.array(z.object({ experiment_slug: z.string(), created: z.boolean() })),
  warnings: z.array(z.string()),
  errors: z.array(z.object({ experiment_slug: z.string(), code: z.string(), hint: z.string() })),
});

test("a fresh fork is refused during a run, and discards the old branch's results", async () => {
  const feature = await prepareRun(
    (workspace) => ({
      suites: { api: loggedScript(workspace, `await gate(${JSON.stringify(join(workspace, "gate"))});`) },
    }),
    ["exp-a", "exp-b"],
  );
  const { server, workspace, feature_id } = feature;
  const cut = (slug: string, fresh: boolean) => {
    const input = { feature_id, fresh, experiments: [{ experiment_slug: slug }] };
    return server.call(cutSchema, "create_experiments", input);
  };
  const ref = { workspace, feature_id, experiment_slug: "exp-a" };
  const { branch = "", branch_uid } = (await findExperiment(ref)) ?? {};

  const { run_id } = await feature.start({ experiment_slugs: ["exp-a"] });
  await findSuitePid(workspace, "exp-a", "api");
  expect((await cut("exp-a", true)).errors).toMatchObject([
    { code: "experiment_busy", hint: expect.stringContaining(run_id) },
  ]);
  expect(await server.fail("create_branch", { branch, fresh: true })).toMatchObject({
    code: "experiment_busy",
  });
  // Others may be forked again, and this one may be asked for.
  expect((await cut("exp-b", true)).experiments).toMatchObject([{ created: true }]);
  const kept = await cut("exp-a", false);
  expect(kept.experiments).toMatchObject([{ created: false }]);
  expect(kept.warnings.join()).not.toContain("fresh");
  expect((await findExperiment(ref))?.branch_uid).toBe(branch_uid);

  await openGate(join(workspace, "gate"));
  expect((await waitFor(server, run_id)).results).toMatchObject([{ status: "succeeded" }]);
  expect((await cut("exp-a", true)).experiments).toMatchObject([{ created: true }]);
  expect((await findExperiment(ref))?.branch_uid).not.toBe(branch_uid);
  expect(await feature.outcomes("exp-a")).toBeUndefined();
});

test("a run does not start on a branch that is being forked", async () => {
  const feature = await prepareRun((workspace) => ({ suites: { api: loggedScript(workspace) } }), ["exp-a"]);
  const { server, workspace, feature_id } = feature;
  const { lock } = cutPaths({ workspace, feature_id, experiment_slug: "exp-a" });
  await withLock(lock, new AbortController().signal, async () => {
    expect(await server.fail("run_experiments", { feature_id })).toMatchObject({
      code: "experiment_busy",
      retryable: true,
    });
  });
  await waitFor(server, (await feature.start()).run_id);
});

test("an interrupted run does not resume on a branch that was forked again", async () => {
  const feature = await prepareRun(
    (workspace) => ({
      suites: {
        api: loggedScript(workspace),
        e2e: loggedScript(workspace, `await gate(${JSON.stringify(join(workspace, "gate"))});`),
      },
    }),
    ["exp-a"],
  );
  const { server, workspace, feature_id } = feature;
  const { run_id } = await feature.start();
  await findSuitePid(workspace, "exp-a", "e2e");
  kill(await findWorkerPid(workspace, run_id));
  expect(await waitFor(server, run_id)).toMatchObject({ state: "interrupted" });
  const fresh = { feature_id, fresh: true, experiments: [{ experiment_slug: "exp-a" }] };
  expect((await server.call(cutSchema, "create_experiments", fresh)).errors).toEqual([]);

  await openGate(join(workspace, "gate"));
  const again = await feature.start();
  expect(again.resumes).toBeUndefined();
  const run = await waitFor(server, again.run_id);
  expect(run).toMatchObject({ state: "finished", results: [{ status: "succeeded" }] });
  const outcomes = await feature.outcomes("exp-a");
  expect(outcomes?.evidence?.run_id).toBe(again.run_id);
  expect(outcomes?.by_tag).toEqual({ api: { passed: 1, failed: 0 }, e2e: { passed: 1, failed: 0 } });
});
