import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { answerSchema, loggedScript, openGate, prepareRun, readNotes, waitFor } from "../support/runs.ts";
import { startServer } from "../support/server.ts";

test("only one of two servers starts the same experiments", async () => {
  const feature = await prepareRun(
    (workspace) => ({
      suites: {
        api: loggedScript(workspace, `await gate(${JSON.stringify(`${workspace}/gate-`)} + cycle);`),
      },
    }),
    ["exp-a", "exp-b"],
  );
  const other = await startServer({ workspace: feature.workspace });
  for (const cycle_id of ["C1", "C2"]) {
    const calls = await Promise.allSettled([feature.start(), feature.start({}, other)]);
    const started = calls.flatMap((call) => (call.status === "fulfilled" ? [call.value] : []));
    const refused = calls.flatMap((call) => (call.status === "rejected" ? [String(call.reason)] : []));
    expect(started.map((run) => run.cycle_id)).toEqual([cycle_id]);
    expect(refused).toEqual([expect.stringContaining("experiment_busy")]);
    expect(refused[0]).toContain(started[0]?.run_id);
    await openGate(join(feature.workspace, `gate-${cycle_id}`));
    await waitFor(other, started[0]?.run_id ?? "");
  }
  const starts = (await readNotes(feature.workspace)).filter(({ what }) => what === "start");
  expect(starts.length).toBe(4);
});

test("the plan's limit holds over all runs of a feature, and every run shows its budget", async () => {
  const feature = await prepareRun(
    (workspace) => ({
      budget: { concurrent_branches: 1, max_branches: 2, wall_clock_minutes: 7 },
      suites: { api: loggedScript(workspace, "await new Promise((done) => setTimeout(done, 300));") },
    }),
    ["exp-a", "exp-b"],
  );
  const runs = await Promise.all([
    feature.start({ experiment_slugs: ["exp-a"] }),
    feature.start({ experiment_slugs: ["exp-b"] }),
  ]);
  expect(runs[0]?.budget).toEqual({
    concurrent_branches: 1,
    branches: 2,
    max_branches: 2,
    wall_clock_minutes: 7,
    minutes_left: 7,
  });
  const ended = await Promise.all(runs.map(({ run_id }) => waitFor(feature.server, run_id)));
  expect(ended.map(({ state, peak_in_flight }) => ({ state, peak_in_flight }))).toEqual([
    { state: "finished", peak_in_flight: 1 },
    { state: "finished", peak_in_flight: 1 },
  ]);
  expect((await readNotes(feature.workspace)).map(({ what }) => what)).toEqual([
    "start",
    "end",
    "start",
    "end",
  ]);
});

test("creates no more branches than the plan allows, and starts nothing if there are more", async () => {
  const feature = await prepareRun(
    (workspace) => ({ budget: { max_branches: 2 }, suites: { api: loggedScript(workspace) } }),
    ["exp-a", "exp-b"],
  );
  const { feature_id, server } = feature;
  const experiments = ["exp-b", "exp-c"].map((experiment_slug) => ({ experiment_slug }));
  expect(await server.fail("create_experiments", { feature_id, experiments })).toMatchObject({
    code: "budget_spent",
    message: expect.stringContaining("3 branches"),
  });
  await server.writePlan(feature_id, { budget: { max_branches: 1 }, suites: { api: loggedScript("") } });
  await server.call(z.unknown(), "create_experiments", { feature_id, experiments: experiments.slice(0, 1) });
  const error = await server.fail("run_experiments", { feature_id });
  expect(error).toMatchObject({ code: "budget_spent", message: expect.stringContaining("2 branches") });
  expect(await readNotes(feature.workspace)).toEqual([]);
});

test("leaves out an experiment that used up its own budget, and says so", async () => {
  const feature = await prepareRun(
    (workspace) => ({
      budget: { per_experiment: { max_cycles: 1 } },
      suites: { api: loggedScript(workspace, 'process.exitCode = slug === "exp-a" ? 1 : 0;') },
    }),
    ["exp-a", "exp-b"],
  );
  const { server, feature_id, workspace } = feature;
  await waitFor(server, (await feature.start({ experiment_slugs: ["exp-a"] })).run_id);
  const run = await waitFor(server, (await feature.start()).run_id);
  expect(run.results).toMatchObject([
    {
      status: "not_measured",
      error: {
        code: "budget_spent",
        message: "It has run its 1 cycle.",
        hint: expect.stringContaining("budget.per_experiment.max_cycles in plan.json, now 1"),
      },
    },
    { experiment_slug: "exp-b", status: "succeeded" },
  ]);
  expect(run.next_step).toContain("compare_experiments");
  expect(run.next_step).toContain("Not run: exp-a. Raise budget.per_experiment.max_cycles");
  const refused = await server.fail("run_experiments", { feature_id });
  expect(refused).toMatchObject({ code: "budget_spent", message: expect.stringContaining("1 more") });
  expect((await readNotes(workspace)).filter(({ what }) => what === "start")).toHaveLength(2);
  const comparison = z.looseObject({
    recommendation: z.string(),
    winners: z.array(z.string()),
    rows: z.array(z.looseObject({ signal: z.string() })),
  });
  expect(await server.call(comparison, "compare_experiments", { feature_id })).toMatchObject({
    recommendation: "promote",
    winners: ["exp-b"],
    rows: [{ signal: "capped" }, { signal: "winning" }],
  });
});

test("a wait reports progress and can be cancelled without ending the run, and returns at once for a finished run", async () => {
  const feature = await prepareRun(
    (workspace) => ({
      suites: {
        api: loggedScript(workspace),
        e2e: loggedScript(workspace, `await gate("${join(workspace, "gate")}");`),
      },
    }),
    ["exp-a"],
  );
  const { server, workspace } = feature;
  const { run_id } = await feature.start();
  await waitFor(server, run_id, ({ results }) => results[0]?.step === "e2e");

  const told: { progress: number; total?: number | undefined; message?: string | undefined }[] = [];
  const controller = new AbortController();
  const waiting = server.client.callTool(
    { name: "wait_for_run", arguments: { run_id, wait_seconds: 45 } },
    undefined,
    { signal: controller.signal, onprogress: (progress) => told.push(progress) },
  );
  await expect.poll(() => told.length).toBeGreaterThanOrEqual(2);
  expect(told[0]).toMatchObject({
    total: 1,
    message: "0 of 1 done: exp-a running e2e (api 1/0)",
  });
  expect(told[1]?.progress).toBeGreaterThan(told[0]?.progress ?? 0);
  expect(told[1]?.progress).toBeLessThan(1);
  controller.abort();
  await expect(waiting).rejects.toThrow();

  await openGate(join(workspace, "gate"));
  const finished = await waitFor(server, run_id);
  expect(finished).toMatchObject({ state: "finished", results: [{ status: "succeeded" }] });
  expect(await server.call(answerSchema, "wait_for_run", { run_id, wait_seconds: 45 })).toEqual(finished);
  expect(await server.call(z.looseObject({ state: z.string() }), "cancel_run", { run_id })).toEqual(finished);
});
