import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import type { Run } from "../../../schemas/run.ts";
import { type Experiment, findExperiment } from "../../experiments/experiments.ts";
import { cycleDirectory, importDirectory, runDirectory } from "../../experiments/layout.ts";
import { readOutcomes } from "../../experiments/outcomes/outcomes.ts";
import { withLock } from "../../utils/files/lock.ts";
import { judgeCounts, selectTags } from "../cycle/counts.ts";
import { closeCycle } from "../cycle/record.ts";
import { findWorker, hasEnded, listRunIds, readJournal, startLock, writeRun } from "../journal/journal.ts";

/**
 * Recovers imports whose process was killed. If an experiment's record was already written, its missing timeline entry
 * is added, and it counts as imported; otherwise the artifacts stored so far are removed, and it does not.
 * What was only unpacked is removed.
 */
export async function recoverImports(workspace: string, signal: AbortSignal): Promise<void> {
  await removeUnpacked(workspace);
  const left = await listLeft(workspace);
  if (left.length === 0) return;
  await withLock(startLock(workspace), signal, async () => {
    for (const run of await listLeft(workspace)) await recoverImport(workspace, run);
  });
}

async function removeUnpacked(workspace: string): Promise<void> {
  for (const runId of await listRunIds(workspace)) {
    if (!existsSync(importDirectory(workspace, runId))) continue;
    if ((await findWorker(workspace, runId)) !== undefined) continue;
    await rm(runDirectory(workspace, runId), { recursive: true, force: true });
  }
}

async function listLeft(workspace: string): Promise<Run[]> {
  const found: Run[] = [];
  for (const runId of await listRunIds(workspace)) {
    const run = await readJournal(workspace, runId).catch(() => undefined);
    if (run?.kind !== "imported" || hasEnded(run)) continue;
    if ((await findWorker(workspace, runId)) === undefined) found.push(run);
  }
  return found;
}

async function recoverImport(workspace: string, run: Run): Promise<void> {
  const { feature_id } = run;
  const results: Run["results"] = [];
  for (const result of run.results) {
    const { experiment_slug } = result;
    const experiment = await findExperiment({ workspace, feature_id, experiment_slug });
    const ended = experiment && (await recoverExperiment(run, experiment));
    results.push(ended === undefined ? { ...result, status: "stopped" } : { ...result, ...ended });
  }
  const isWhole = results.every(({ status }) => status !== "stopped");
  await writeRun(workspace, { ...run, results, state: isWhole ? "finished" : "interrupted" });
}

/** @returns its counts; undefined if it was not imported */
async function recoverExperiment(
  { run_id, cycle_id }: Run,
  experiment: Experiment,
): Promise<Pick<Run["results"][number], "status" | "by_tag"> | undefined> {
  const outcomes = await readOutcomes(experiment).catch(() => undefined);
  const evidence = outcomes?.evidence;
  if (evidence?.run_id !== run_id) {
    await rm(cycleDirectory(experiment, cycle_id), { recursive: true, force: true });
    return undefined;
  }
  const { commit, dirty, branch_uid = null, setup_failed } = evidence;
  const counts = selectTags(
    { by_tag: outcomes?.by_tag ?? {}, evidence: evidence.by_tag, setup_failed },
    ({ source }) => source?.run_id === run_id,
  );
  const cycle = {
    ...{ runId: run_id, cycleId: cycle_id, experiment, request: {} },
    tree: { commit, dirty },
    branch: { uid: branch_uid },
  };
  const status = judgeCounts(counts);
  const parts = Object.entries(counts.evidence).flatMap(([tag, { source }]) =>
    source?.origin === undefined ? [] : [{ ...source.origin, tags: [tag] }],
  );
  const durations = Object.values(counts.evidence).map(({ duration_ms = 0 }) => duration_ms);
  await closeCycle(cycle, counts, { status, duration_ms: Math.max(0, ...durations), imported: parts });
  return { status, by_tag: counts.by_tag };
}
