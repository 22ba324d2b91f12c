import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  archiveDirectory,
  experimentPaths,
  runDirectory,
  runsDirectory,
} from "../../../src/experiments/layout.ts";
import { listRuns, newRunId, writeRun } from "../../../src/runs/journal/journal.ts";
import { findLogs, workDirectory } from "../../../src/runs/journal/work.ts";
import { makeTemporaryName } from "../../../src/utils/files/files.ts";
import { identifySelf } from "../../../src/utils/processes/process-identity.ts";
import {
  answerSchema,
  findProcesses,
  findSuitePid,
  isAlive,
  kill,
  loggedScript,
} from "../../support/runs.ts";
import { openShop, put } from "../../support/shop.ts";
import { isSkipped } from "../../support/vitest/skip.ts";

/** Leaves the journals of so many ended runs of a feature, the oldest first. Their ids. */
async function leaveRuns(workspace: string, feature_id: string, count: number) {
  const ids = Array.from({ length: count }, newRunId);
  for (const [index, run_id] of ids.entries()) {
    const created_at = new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString();
    const budget = { concurrent_branches: 1, branches: 1, max_branches: 1, wall_clock_minutes: 1 };
    await writeRun(workspace, {
      ...{ run_id, feature_id, created_at, cycle_id: "C1", state: "finished", concurrency: 1, results: [] },
      ...{ peak_in_flight: 1, total_duration_ms: 1, budget: { ...budget, minutes_left: 1 } },
    });
  }
  return ids;
}

test("removes old runs, except each feature's newest and those that records name", async () => {
  const { workspace, cleanUp, ref } = await openShop();
  const ids = await leaveRuns(workspace, "F1", 25);
  const others = await leaveRuns(workspace, "F2", 20);
  const [outcomes = "", closed = "", ...old] = ids;
  const evidence = experimentPaths({ ...ref("exp-a"), feature_id: "F1" }).outcomes;
  // A record that cannot be read keeps what it names, too.
  await put(evidence, `{ "evidence": { "run_id": "${outcomes}" `);
  await put(join(archiveDirectory(workspace), "F1", "exp-b", "closed.json"), JSON.stringify({ run: closed }));
  await put(join(archiveDirectory(workspace), "F1", "exp-b", "timeline.json"), JSON.stringify(old));
  const begun = newRunId();
  await mkdir(runDirectory(workspace, begun));

  const before = await cleanUp(false);
  expect(before.removable).toMatchObject([
    { kind: "run", name: "3 of F1", bytes: expect.any(Number) },
    { kind: "run", name: begun },
  ]);
  expect(await listRuns(workspace)).toHaveLength(45);
  expect((await cleanUp(true)).removed).toHaveLength(2);
  const left = (await listRuns(workspace)).map(({ run_id }) => run_id);
  expect(left.sort()).toEqual([outcomes, closed, ...old.slice(3), ...others].sort());
  expect(existsSync(runDirectory(workspace, begun))).toBe(false);
  expect(await cleanUp(true)).toEqual({ removed: [], removable: [], left: [], warnings: [] });
});

test("removes half-written files and locks of killed processes, but not of living ones", async () => {
  const { workspace, cleanUp, age } = await openShop();
  const dead = JSON.stringify({ ...(await identifySelf()), started: "another boot/1" });
  const living = JSON.stringify(await identifySelf());
  const runs = runsDirectory(workspace);
  const [half, fresh] = [makeTemporaryName(), makeTemporaryName()].map((name) =>
    join(workspace, ".tdd/features", name),
  );
  const locks = {
    dead: join(runs, "cuts/F1+exp-a.lock"),
    slot: join(runs, "slots/F1/2"),
    living: join(runs, "start.lock"),
  };
  await put(half ?? "", "{");
  await put(fresh ?? "", "{");
  await age(half ?? "", 1);
  await put(locks.dead, dead);
  await put(locks.slot, dead);
  await put(locks.living, living);

  expect((await cleanUp(true)).removed).toMatchObject([
    { kind: "files", name: `1 in ${workspace}/.tdd`, bytes: 1 },
    { kind: "files", name: `2 in ${workspace}/.tdd` },
  ]);
  expect([half, fresh, locks.dead, locks.slot, locks.living].map((path) => existsSync(path ?? ""))).toEqual([
    ...[false, true, false, false, true],
  ]);
});

test.skipIf(
  isSkipped(
    process.platform !== "linux",
    "processes that a killed run leaves are looked up in /proc, which only Linux has",
  ),
)("recovers a run whose worker and watchdog were killed", async () => {
  const { workspace, server, feature_id, create, cleanUp } = await openShop();
  await server.writePlan(feature_id, { suites: { api: loggedScript(workspace, "await gate('never')") } });
  await create("exp-a");
  const { run_id } = await server.call(answerSchema, "run_experiments", { feature_id });
  const suite = await findSuitePid(workspace, "exp-a", "api");
  expect((await cleanUp(false)).removable).toEqual([]);
  // The watchdog first, which would do it at once.
  for (const role of ["watchdog", "worker"])
    for (const { pid } of (await findProcesses(run_id)).filter((each) => each.role === role)) kill(pid);
  await expect.poll(() => findProcesses(run_id)).toEqual([]);
  expect(await isAlive(suite)).toBe(true);
  expect(await findLogs(workspace, run_id)).not.toEqual([]);

  expect((await cleanUp(true)).removed).toContainEqual(
    expect.objectContaining({
      kind: "run",
      name: run_id,
      why: expect.stringContaining("its worker is gone"),
    }),
  );
  expect(await isAlive(suite)).toBe(false);
  expect(existsSync(workDirectory(workspace, run_id))).toBe(false);
  expect(await listRuns(workspace)).toMatchObject([{ run_id, state: "interrupted" }]);
});
