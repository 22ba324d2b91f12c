import type { ExperimentRow } from "../../../schemas/comparison/comparison.ts";
import { checkCode, findCode } from "../../experiments/code/worktrees.ts";
import { type FeatureRef, stateDirectory } from "../../experiments/layout.ts";
import { haveSameFiles } from "../../git/changes/same-files.ts";
import { openScratch, type Scratch, snapshot } from "../../git/scratch.ts";
import { ignoreCoreError } from "../../utils/core-error.ts";

/** The code of a winner. */
export interface WinnerCode {
  experiment_slug: string;
  /** Undefined if it is unknown. */
  commit?: string | undefined;
  /** `commit` is a snapshot of the working directory, because the run found uncommitted code. */
  isUncommitted: boolean;
  /** It has no worktree: its code is in the main checkout, together with that of others. */
  isShared: boolean;
}

/** The code of some winners, and a scratch repository with the snapshots of uncommitted code. */
export interface WinnerCodes extends AsyncDisposable {
  codes: WinnerCode[];
  scratch: Scratch | undefined;
}

export async function openWinnerCodes(feature: FeatureRef, winners: ExperimentRow[]): Promise<WinnerCodes> {
  const commits = new Set(winners.map(({ evidence }) => evidence?.commit));
  const isCommitted = winners.every(({ evidence }) => evidence?.dirty === false);
  // With a single commit there is nothing to compare.
  const scratch =
    commits.size === 1 && isCommitted
      ? undefined
      : await openScratch(feature.workspace, stateDirectory(feature.workspace));
  const codes: WinnerCode[] = [];
  for (const row of winners) codes.push(await readCode(feature, row, scratch));
  return { codes, scratch, [Symbol.asyncDispose]: async () => scratch?.[Symbol.asyncDispose]() };
}

async function readCode(
  feature: FeatureRef,
  { experiment_slug, evidence }: ExperimentRow,
  scratch: Scratch | undefined,
): Promise<WinnerCode> {
  const ref = { ...feature, experiment_slug };
  const isShared = (await findCode(ref).catch(ignoreCoreError))?.worktree === undefined;
  const code = { experiment_slug, isUncommitted: false, isShared };
  if (!evidence?.commit) return code;
  if (!evidence.dirty) return { ...code, commit: evidence.commit };
  const own = scratch && (await checkCode(ref).catch(ignoreCoreError));
  const commit = own && (await snapshot(own.root, scratch));
  return { ...code, isUncommitted: true, commit };
}

/**
 * Groups winners whose worktrees contain the same files. Designs that share a checkout are selected by
 * `EXPERIMENT_SLUG`, so they do not count.
 */
export async function findSameCode(
  { workspace }: FeatureRef,
  { codes, scratch }: WinnerCodes,
): Promise<string[][]> {
  const groups: { commit: string; slugs: string[] }[] = [];
  for (const { commit, experiment_slug, isShared } of codes) {
    if (commit === undefined || isShared) continue;
    let found: { slugs: string[] } | undefined;
    for (const group of groups)
      found ??= (await haveSameFiles(workspace, group.commit, commit, scratch?.environment))
        ? group
        : undefined;
    if (found === undefined) groups.push({ commit, slugs: [experiment_slug] });
    else found.slugs.push(experiment_slug);
  }
  return groups.map(({ slugs }) => slugs).filter((slugs) => slugs.length > 1);
}
