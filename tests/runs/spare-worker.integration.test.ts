import { existsSync } from "node:fs";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { comparisonPagePath, runDirectory } from "../../src/experiments/layout.ts";
import { spareRun } from "../../src/runs/spare-run.ts";
import { script } from "../support/plans.ts";
import { findProcesses, findWorkerPid, isAlive, kill, prepareRun, waitFor } from "../support/runs.ts";

const linux = test.skipIf(!existsSync("/proc"));
const passing = () => ({ suites: { api: script("") } });

/** Finds the workers of a workspace that wait for a run. */
async function findSpares(workspace: string): Promise<number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
      return command.includes(`\0${workspace}\0worker\0${spareRun}`) ? [Number(pid)] : [];
    }),
  );
  return found.flat();
}

async function findSpare(workspace: string, other?: number): Promise<number> {
  const find = async () => (await findSpares(workspace)).find((pid) => pid !== other) ?? 0;
  await expect.poll(find).toBeGreaterThan(0);
  return find();
}

linux("has a run executed by the worker that was started when its experiments were created", async () => {
  const { server, workspace, feature_id, start } = await prepareRun(passing, ["exp-a"]);
  const spare = await findSpare(workspace);
  // What its end cannot do is written to its log.
  await mkdir(join(comparisonPagePath(workspace, feature_id), "in-the-way"), { recursive: true });
  const { run_id } = await start();
  expect(await findWorkerPid(workspace, run_id)).toBe(spare);
  await expect.poll(() => findProcesses(run_id)).toContainEqual({ pid: spare, role: "worker" });
  const { state, results } = await waitFor(server, run_id);
  expect([state, results[0]?.status]).toEqual(["finished", "succeeded"]);
  expect(await readFile(join(runDirectory(workspace, run_id), "worker.log"), "utf8")).not.toBe("");

  const next = await findSpare(workspace, spare);
  await server.client.close();
  await expect.poll(() => isAlive(next)).toBe(false);
});

linux("starts a worker for a run if the one that waited is gone", async () => {
  const { server, workspace, start } = await prepareRun(passing, ["exp-a"]);
  const spare = await findSpare(workspace);
  kill(spare);
  await expect.poll(() => isAlive(spare)).toBe(false);
  const { results } = await waitFor(server, (await start()).run_id);
  expect(results[0]?.status).toBe("succeeded");
});
