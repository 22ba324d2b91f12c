import { refuseBusy } from "../runs/caller/busy.ts";
import { listRuns } from "../runs/journal/journal.ts";
import { checkFit } from "./check-fit.ts";
import type { FittingBundle } from "./merge-bundles.ts";
import { findMerged, type ImportedBundle, type Opened, refuse } from "./open-bundle.ts";
import type { Bundle } from "./read-bundle.ts";
import { unfit } from "./refusal.ts";

export interface Selected {
  /** What to merge, sorted by when the runs began. */
  fitting: (FittingBundle & { path: string })[];
  /** Further copies of the same bundles, at other paths. */
  copies: { path: string; bundle: Bundle }[];
  /** The outcomes of the others, by path. */
  settled: Map<string, ImportedBundle>;
}

/**
 * Selects which of the opened bundles to merge. Call it while holding the lock for starting runs, because the workspace
 * may have changed since they were opened.
 */
export async function selectBundles(workspace: string, opened: readonly Opened[]): Promise<Selected> {
  const selected: Selected = { fitting: [], copies: [], settled: new Map() };
  const newestFirst = [...opened].sort((a, b) => begin(b).localeCompare(begin(a)));
  for (const each of newestFirst) {
    if ("settled" in each) selected.settled.set(each.path, each.settled);
    else await select(workspace, each, selected);
  }
  selected.fitting.reverse();
  return selected;
}

async function select(
  workspace: string,
  { path, fitting }: Extract<Opened, { fitting: FittingBundle }>,
  selected: Selected,
): Promise<void> {
  const { bundle } = fitting;
  try {
    const merged = await findMerged(workspace, bundle, path);
    if (merged !== undefined) return void selected.settled.set(path, merged);
    if (selected.fitting.some((taken) => isSame(taken.bundle, bundle)))
      return void selected.copies.push({ path, bundle });
    const fit = await checkFit(workspace, bundle.manifest);
    const { feature_id, experiment_slug } = fit.experiment;
    refuseBusy(await listRuns(workspace, feature_id), [experiment_slug]);
    refuseTwice(bundle, selected.fitting);
    selected.fitting.push({ ...fitting, ...fit, path });
  } catch (error) {
    selected.settled.set(path, refuse(path, bundle, error));
  }
}

/** Whether two bundles are of the same run. */
export function isSame({ manifest: one }: Bundle, { manifest: other }: Bundle): boolean {
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
      "Its counts are used; this bundle's are not needed.",
    );
  }
}
