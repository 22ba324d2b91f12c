import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { ErrorDescription } from "../../schemas/error.ts";
import type { Run } from "../../schemas/run.ts";
import type { Context } from "../context.ts";
import { findExperiment } from "../experiments/experiments.ts";
import { importDirectory, runDirectory } from "../experiments/layout.ts";
import { refuseBusy } from "../runs/caller/busy.ts";
import { listRuns, newRunId, recordWorker, startLock } from "../runs/journal/journal.ts";
import { recoverImports } from "../runs/recovery/recover-imports.ts";
import { describeError } from "../utils/describe-error.ts";
import { withLock } from "../utils/files/lock.ts";
import { groupBy } from "../utils/group-by.ts";
import { identifySelf } from "../utils/processes/process-identity.ts";
import { findKnownError } from "../utils/processes/system-errors.ts";
import { checkFit, findCounted, isLater } from "./check-fit.ts";
import { type FittingBundle, mergeBundles } from "./merge-bundles.ts";
import { type Bundle, readBundle } from "./read-bundle.ts";
import { recountBundle } from "./recount.ts";
import { unfit } from "./refusal.ts";

/** What became of a bundle. */
export type ImportedBundle = { path: string } & (
  | ({ status: "merged" | "already" } & BundleNames & {
        /** The cycle of this workspace that has its counts. */
        cycle_id: string;
      })
  /** Nothing of it was taken. It has no names where it could not be read. */
  | ({ status: "refused"; error: ErrorDescription } & Partial<BundleNames>)
);

interface BundleNames {
  feature_id: string;
  experiment_slug: string;
  tags: string[];
  machine: string;
}

export interface ImportAnswer {
  /** In the order that they were given. */
  bundles: ImportedBundle[];
  /** The runs that count what was merged, one for each feature. */
  runs: Run[];
}

type ImportContext = Pick<Context, "workspace" | "launch" | "signal">;

/** A bundle on its way: read and counted again, or what became of it before that. */
type Opened = { path: string } & ({ settled: ImportedBundle } | { fitting: FittingBundle });

/**
 * Checks bundles against the workspace and merges those that fit, each experiment's into one new cycle. Whoever made
 * them is not believed: their files are read under limits, and their reports are counted again. A bundle that does not
 * fit is refused with its reason and keeps no other from being merged; one that was merged before changes nothing.
 * Killed at any moment, it leaves whole records, and the same call merges the rest.
 * @param paths absolute, or relative to the workspace
 * @throws CoreError `locked`; the signal's reason, before anything is merged; what the machine cannot do
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
    return await withLock(startLock(workspace), signal, () => mergeFitting(workspace, opened, staging));
  } finally {
    await rm(runDirectory(workspace, runId), { recursive: true, force: true });
  }
}

async function openBundle(context: ImportContext, path: string, directory: string): Promise<Opened> {
  const { workspace, signal } = context;
  let bundle: Bundle | undefined;
  try {
    bundle = await readBundle(path, directory, { signal });
    const counted = await findMerged(workspace, bundle, path);
    if (counted !== undefined) return { path, settled: counted };
    const fit = await checkFit(workspace, bundle.manifest);
    const recounted = await recountBundle(bundle, fit.plan, context);
    return { path, fitting: { bundle, recounted, ...fit } };
  } catch (error) {
    signal.throwIfAborted();
    return { path, settled: refuse(path, bundle, error) };
  }
}

async function findMerged(
  workspace: string,
  { manifest }: Bundle,
  path: string,
): Promise<ImportedBundle | undefined> {
  const experiment = await findExperiment({ ...nameBundle(manifest), workspace });
  const cycle = experiment && (await findCounted(experiment, manifest));
  if (cycle === undefined) return undefined;
  return { path, status: "already", ...nameBundle(manifest), cycle_id: cycle.cycle_id ?? "" };
}

/** @throws what is neither ours nor the machine's to say */
function refuse(path: string, bundle: Bundle | undefined, error: unknown): ImportedBundle {
  if (findKnownError(error) === undefined) throw error;
  const names = bundle === undefined ? {} : nameBundle(bundle.manifest);
  return { path, status: "refused", ...names, error: describeError(error) };
}

function nameBundle({ feature_id, experiment_slug, tags, machine }: Bundle["manifest"]): BundleNames {
  return { feature_id, experiment_slug, tags, machine };
}

/** Under the lock of starting runs: what was so when a bundle was opened may have changed. */
async function mergeFitting(
  workspace: string,
  opened: readonly Opened[],
  staging: string,
): Promise<ImportAnswer> {
  const settled = new Map<string, ImportedBundle>();
  const fitting: (FittingBundle & { path: string })[] = [];
  const copies: { path: string; bundle: Bundle }[] = [];
  const newestFirst = [...opened].sort((a, b) => (isLater(begin(b), begin(a)) ? 1 : -1));
  for (const each of newestFirst) {
    if ("settled" in each) {
      settled.set(each.path, each.settled);
      continue;
    }
    const { path } = each;
    const { bundle } = each.fitting;
    try {
      const counted = await findMerged(workspace, bundle, path);
      if (counted !== undefined) settled.set(path, counted);
      else if (fitting.some((taken) => isSame(taken.bundle, bundle))) copies.push({ path, bundle });
      else {
        const fit = await checkFit(workspace, bundle.manifest);
        refuseBusy(await listRuns(workspace, fit.experiment.feature_id), [fit.experiment.experiment_slug]);
        refuseTwice(bundle, fitting);
        fitting.push({ ...each.fitting, ...fit, path });
      }
    } catch (error) {
      settled.set(path, refuse(path, bundle, error));
    }
  }
  const runs: Run[] = [];
  for (const [, group] of groupBy(fitting.reverse(), ({ experiment }) => experiment.feature_id)) {
    const [first, ...others] = group;
    if (first === undefined) continue;
    const run = await mergeBundles(workspace, [first, ...others], staging);
    runs.push(run);
    for (const { path, bundle } of group)
      settled.set(path, { path, status: "merged", ...nameBundle(bundle.manifest), cycle_id: run.cycle_id });
    for (const { path, bundle } of copies.filter((copy) =>
      group.some((own) => isSame(own.bundle, copy.bundle)),
    ))
      settled.set(path, { path, status: "already", ...nameBundle(bundle.manifest), cycle_id: run.cycle_id });
  }
  return { bundles: opened.flatMap(({ path }) => settled.get(path) ?? []), runs };
}

function isSame({ manifest: one }: Bundle, { manifest: other }: Bundle): boolean {
  return one.run_id === other.run_id && one.experiment_slug === other.experiment_slug;
}

function begin(each: Opened): string {
  return "fitting" in each ? each.fitting.bundle.manifest.run_id : "";
}

/** Of two bundles that measured the same, the newer one counts. */
function refuseTwice({ manifest }: Bundle, taken: readonly FittingBundle[]): void {
  const { feature_id, experiment_slug, tags } = manifest;
  for (const { bundle } of taken) {
    const other = bundle.manifest;
    if (other.feature_id !== feature_id || other.experiment_slug !== experiment_slug) continue;
    const tag = tags.find((each) => other.tags.includes(each));
    if (tag === undefined) continue;
    throw unfit(
      "bundle_older",
      `${other.run_id} of ${other.machine} measured ${tag} as well, and later.`,
      "Its counts are taken; this bundle's are not needed.",
    );
  }
}
