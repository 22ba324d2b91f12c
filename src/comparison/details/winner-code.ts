import type { ExperimentRow } from "../../../schemas/comparison/comparison.ts";
import { checkCode, findCode } from "../../experiments/code/worktrees.ts";
import { type FeatureRef, stateDirectory } from "../../experiments/layout.ts";
import { haveSameFiles } from "../../git/same-files.ts";
import { openScratch, type Scratch, snapshot } from "../../git/scratch.ts";
import { ignoreCoreError } from "../../utils/core-error.ts";

/** The code of a winner. */
export interface WinnerCode {
  experiment_slug: string;
  /** Undefined where it cannot be told. */
  commit?: string | undefined;
  /** Its commit is that of its working directory as it is now, which the run did not find committed. */
  isUncommitted: boolean;
  /** It has no worktree: the main checkout holds its code, beside that of others. */
  isShared: boolean;
}

/** The code of some winners, and the scratch that holds what of it is not committed. */
export interface WinnerCodes extends AsyncDisposable {
  codes: WinnerCode[];
  scratch: Scratch | undefined;
}

export async function openCodes(feature: FeatureRef, winners: ExperimentRow[]): Promise<WinnerCodes> {
  const commits = new Set(winners.map(({ evidence }) => evidence?.commit));
  const isCommitted = winners.every(({ evidence }) => evidence?.dirty === false);
  // One commit leaves nothing to find out.
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
 * Winners whose worktrees hold the same files: one design in several folders. Designs that share a checkout are told
 * apart by `EXPERIMENT_SLUG`, and are none of these.
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
