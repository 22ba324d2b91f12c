import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { runIdSchema } from "../../../schemas/names.ts";
import type { Run } from "../../../schemas/run.ts";
import { runDirectory, runJournalPath, runsDirectory } from "../../experiments/layout.ts";
import { listWorktrees } from "../../git/worktrees/worktree-list.ts";
import { findWorker, listRuns, startLock } from "../../runs/journal/journal.ts";
import { workDirectory } from "../../runs/journal/work.ts";
import { isRecovered, recoverRun } from "../../runs/recovery/recover.ts";
import { listFolders, makeTemporaryName } from "../../utils/files/files.ts";
import { withLock } from "../../utils/files/lock.ts";
import { measureFolder } from "../../utils/files/measure.ts";
import { groupBy } from "../../utils/group-by.ts";
import { countMinutesSince } from "../../utils/minutes.ts";
import type { FoundLeftover, SearchContext } from "./found-leftover.ts";
import { listNamedRuns } from "./named-runs.ts";

/** How many of a feature's newest runs are kept. */
const keptRuns = 20;

/** Finds runs that were killed before they started, and old ones that no record mentions. */
export async function findOldRuns(search: SearchContext): Promise<FoundLeftover[]> {
  const { workspace } = search.context;
  const [old, empty] = await Promise.all([
    listOld(search, search.records.runs),
    listWithoutJournal(workspace),
  ]);
  const features = [...groupBy(old, ({ feature_id }) => feature_id)];
  const found = await Promise.all(features.map(([feature, runs]) => describeOld(search, feature, runs)));
  return [...found, ...(empty.length === 0 ? [] : [await describeEmpty(search, empty)])];
}

/** Finds runs whose worker was killed. Their watchdog or the next run does what the worker no longer can. */
export async function findDeadRuns({
  context: { workspace, signal },
  records: { runs },
}: SearchContext): Promise<FoundLeftover[]> {
  const unrecovered = runs.filter((run) => existsSync(workDirectory(workspace, run.run_id)));
  const found = await Promise.all(
    unrecovered.map(async ({ run_id, created_at }) => {
      if ((await findWorker(workspace, run_id)) !== undefined) return [];
      const work = workDirectory(workspace, run_id);
      const why = "its worker is gone, and its commands and their results were not collected";
      return [
        {
          ...{ kind: "run" as const, name: run_id, why, age_minutes: countMinutesSince(created_at) },
          bytes: await measureFolder(work),
          remove: () => recoverRun(workspace, run_id, [], signal),
        },
      ];
    }),
  );
  return found.flat();
}

/** Lists ended runs beyond each feature's newest ones that no record mentions, newest first. */
async function listOld(
  { context: { workspace }, branches }: SearchContext,
  runs: readonly Run[],
): Promise<Run[]> {
  const worktrees = await listWorktrees(workspace);
  const places = [...worktrees.map(({ path }) => path), ...(branches ?? []).map(({ branch }) => branch)];
  /** Only the run proves that its temporary resources are ours. */
  const isProof = ({ kind, run_id }: Run) =>
    kind !== undefined && (branches === undefined || places.some((name) => name.endsWith(run_id.slice(-8))));
  return [...groupBy(runs, ({ feature_id }) => feature_id)].flatMap(([feature, own]) => {
    const beyond = own.slice(keptRuns).filter((run) => isRecovered(workspace, run) && !isProof(run));
    if (beyond.length === 0) return [];
    const named = listNamedRuns(workspace, feature);
    return beyond.filter(({ run_id }) => !named.has(run_id));
  });
}

async function describeOld(
  search: SearchContext,
  feature: string,
  runs: readonly Run[],
): Promise<FoundLeftover> {
  const { workspace, signal } = search.context;
  const ids = runs.map(({ run_id }) => run_id);
  return {
    kind: "run",
    name: `${ids.length} of ${feature}`,
    why: `ended, not mentioned by any record, and older than the newest ${keptRuns}`,
    age_minutes: countMinutesSince(runs.at(-1)?.created_at),
    bytes: await measureAll(workspace, ids),
    remove: () =>
      withLock(startLock(workspace), signal, async () => {
        const again = new Set((await listOld(search, await listRuns(workspace))).map(({ run_id }) => run_id));
        for (const id of ids.filter((each) => again.has(each))) await removeRun(workspace, id);
      }),
  };
}

/** Lists runs without a journal: the call was killed before it wrote one, so it started nothing. */
async function listWithoutJournal(workspace: string): Promise<string[]> {
  const ids = (await listFolders(runsDirectory(workspace))).filter(
    (name) => runIdSchema.safeParse(name).success,
  );
  return ids.filter((id) => !existsSync(runJournalPath(workspace, id)));
}

async function describeEmpty(
  { context: { workspace, signal } }: SearchContext,
  ids: string[],
): Promise<FoundLeftover> {
  return {
    kind: "run",
    name: ids.length === 1 ? `${ids[0]}` : `${ids.length} without a journal`,
    why: "the call that would have started it ended before it did",
    bytes: await measureAll(workspace, ids),
    // Starting a run holds the lock until its journal is written.
    remove: () =>
      withLock(startLock(workspace), signal, async () => {
        const again = await listWithoutJournal(workspace);
        for (const id of ids.filter((each) => again.includes(each))) await removeRun(workspace, id);
      }),
  };
}

async function measureAll(workspace: string, ids: readonly string[]): Promise<number> {
  const sizes = await Promise.all(ids.map((id) => measureFolder(runDirectory(workspace, id))));
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}

/** Renames the run to a temporary name first, so that a run exists completely or not at all. */
async function removeRun(workspace: string, runId: string): Promise<void> {
  const aside = join(runsDirectory(workspace), makeTemporaryName());
  await rename(runDirectory(workspace, runId), aside);
  await rm(aside, { recursive: true, force: true });
}
