import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Run } from "../../schemas/run.ts";
import { importDirectory, runDirectory } from "../experiments/layout.ts";
import { newRunId, recordWorker, startLock } from "../runs/journal/journal.ts";
import { recoverImports } from "../runs/recovery/recover-imports.ts";
import { withLock } from "../utils/files/lock.ts";
import { groupBy } from "../utils/group-by.ts";
import { identifySelf } from "../utils/processes/process-identity.ts";
import { mergeBundles } from "./merge-bundles.ts";
import {
  type ImportContext,
  type ImportedBundle,
  nameBundle,
  type Opened,
  openBundle,
} from "./open-bundle.ts";
import { isSame, selectBundles } from "./select-bundles.ts";

export interface ImportAnswer {
  /** In the order in which they were given. */
  bundles: ImportedBundle[];
  /** The runs that count what was merged, one for each feature. */
  runs: Run[];
}

/**
 * Checks bundles against the workspace and merges those that fit, each experiment's into one new cycle. Bundles are not
 * trusted: their files are read under limits, and their reports are counted again. A bundle that does not fit is refused
 * with a reason, which does not affect the others; one that was merged before changes nothing. If killed at any moment,
 * it leaves whole records, and the same call merges the rest.
 * @param paths absolute, or relative to the workspace
 * @throws CoreError `locked`; the signal's reason, before anything is merged; errors of the machine
 */
export async function importBundles(context: ImportContext, paths: readonly string[]): Promise<ImportAnswer> {
  const { workspace, signal } = context;
  await recoverImports(workspace, signal);
  const runId = newRunId();
  const staging = importDirectory(workspace, runId);
  await recordWorker(workspace, runId, await identifySelf());
  try {
    const opened: Opened[] = [];
    for (const [index, path] of [...new Set(paths.map((each) => resolve(workspace, each)))].entries())
      opened.push(await openBundle(context, path, join(staging, String(index))));
    return await withLock(startLock(workspace), signal, () => mergeOpened(workspace, opened, staging));
  } finally {
    await rm(runDirectory(workspace, runId), { recursive: true, force: true });
  }
}

async function mergeOpened(
  workspace: string,
  opened: readonly Opened[],
  staging: string,
): Promise<ImportAnswer> {
  const { fitting, copies, settled } = await selectBundles(workspace, opened);
  const runs: Run[] = [];
  for (const [, group] of groupBy(fitting, ({ experiment }) => experiment.feature_id)) {
    const [first, ...others] = group;
    if (first === undefined) continue;
    const run = await mergeBundles(workspace, [first, ...others], staging);
    runs.push(run);
    const answer = (bundle: typeof first.bundle) => ({
      ...nameBundle(bundle.manifest),
      cycle_id: run.cycle_id,
    });
    for (const { path, bundle } of group) settled.set(path, { path, status: "merged", ...answer(bundle) });
    for (const { path, bundle } of copies)
      if (group.some((own) => isSame(own.bundle, bundle)))
        settled.set(path, { path, status: "already", ...answer(bundle) });
  }
  return { bundles: opened.flatMap(({ path }) => settled.get(path) ?? []), runs };
}
