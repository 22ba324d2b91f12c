import { expect, it } from "vitest";
import type { Run } from "../../../schemas/run.ts";
import { cutPaths } from "../../../src/experiments/layout.ts";
import { selectActiveRuns } from "../../../src/runs/caller/active-runs.ts";
import { refuseBusy, refuseWhileForking } from "../../../src/runs/caller/busy.ts";
import { release, tryLock } from "../../../src/utils/files/lock.ts";
import { makeResult, makeRun } from "../../support/journal.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";

const run = (state: Run["state"], ...slugs: string[]) =>
  makeRun({ run_id: `run-${state}`, state, results: slugs.map((slug) => makeResult(slug)) });

it.each<[string, Run[], string[]]>([
  ["there are no runs", [], ["a"]],
  ["nothing is asked for", [run("running", "a")], []],
  ["the run is of others", [run("running", "b", "ab")], ["a"]],
  ["its runs have ended", [run("finished", "a"), run("cancelled", "a"), run("interrupted", "a")], ["a"]],
])("lets an experiment change if %s", (_why, runs, slugs) => {
  expect(() => refuseBusy(runs, slugs)).not.toThrow();
});

it.each<Run["state"]>(["queued", "running"])(
  "names the run, and the experiments that are %s in it",
  (state) => {
    const runs = [run("finished", "a"), run(state, "b", "c", "a")];
    expect(() => refuseBusy(runs, ["a", "b", "d"])).toThrow(
      expect.objectContaining({
        code: "experiment_busy",
        message: `Already running in run-${state}: b, a.`,
        hint: `Wait for run run-${state} to end, or cancel it.`,
        retryable: true,
      }),
    );
  },
);

it("runs no experiment whose branch is being forked", async () => {
  const workspace = await temporaryFolder();
  const [a, b] = ["a", "b"].map((experiment_slug) => ({ workspace, feature_id: "F1", experiment_slug }));
  if (a === undefined || b === undefined) throw new Error("There are two.");
  const { lock } = cutPaths(b);
  expect(await tryLock(lock)).toBe(true);
  await expect(refuseWhileForking([a, b])).rejects.toMatchObject({
    code: "experiment_busy",
    message: "The branch of b is being forked or deleted.",
    retryable: true,
  });
  await expect(refuseWhileForking([a])).resolves.toBeUndefined();
  release(lock);
  await expect(refuseWhileForking([a, b])).resolves.toBeUndefined();
});

it("knows which experiments of a feature are in runs, apart from one that is concluding", async () => {
  const workspace = await temporaryFolder();
  const [running, done] = [makeResult("a", { status: "running" }), makeResult("b", { status: "succeeded" })];
  const runs = [
    makeRun({ run_id: "run-1", results: [running, done, makeResult("c")] }),
    makeRun({ run_id: "run-2", results: [makeResult("d")] }),
    makeRun({ run_id: "run-other", feature_id: "F2", results: [makeResult("e")] }),
    makeRun({ run_id: "run-task", kind: "promotion", results: [makeResult("f")] }),
    makeRun({ run_id: "run-ended", state: "finished", results: [makeResult("g")] }),
  ];
  const active = selectActiveRuns(workspace, runs, "F1", "run-2");
  expect(active.activeExperiments).toEqual(["a", "c"]);
  expect(active.open_runs).toEqual(["run-1"]);
  expect(active.findRun("run-other")?.feature_id).toBe("F2");
  expect(active.findRun("run-gone")).toBeUndefined();
  expect(await active.isOver("run-2")).toBe(true);
  expect(await active.isOver("run-gone")).toBe(true);
});
