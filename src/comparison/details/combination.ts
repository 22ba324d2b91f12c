import type { Combination } from "../../../schemas/comparison/combination.ts";
import type { ExperimentRow } from "../../../schemas/comparison/comparison.ts";
import type { FeatureRef } from "../../experiments/layout.ts";
import { listSlugs } from "../../experiments/list-slugs.ts";
import { tryMerge } from "../../git/merge/merge-tree.ts";
import type { Scratch } from "../../git/scratch.ts";
import type { ExperimentChanges } from "./collisions.ts";
import { findCollisions } from "./collisions.ts";
import { findSameCode, openWinnerCodes, type WinnerCode } from "./winner-code.ts";

/** Pairs grow with the square of the winners, and nobody combines more than this many by hand. */
const maxCombined = 5;
/** Winners beyond this are not checked for identical code. */
const maxWinners = 10;

/** How the winners combine. */
export interface CombinedWinners {
  combinations: Combination[];
  /** Groups of winners whose worktrees contain the same code. */
  same_code: string[][];
}

/**
 * Determines how each pair of winners combines: their code in git, and their changes to the schema.
 * @param winners best first; the first five are combined
 */
export async function combineWinners(
  feature: FeatureRef,
  winners: ExperimentRow[],
  changes: ExperimentChanges[],
): Promise<CombinedWinners> {
  if (winners.length < 2) return { combinations: [], same_code: [] };
  await using opened = await openWinnerCodes(feature, winners.slice(0, maxWinners));
  const same_code = await findSameCode(feature, opened);
  const some = opened.codes.slice(0, maxCombined);
  const pairs = some.flatMap((a, index) => some.slice(index + 1).map((b) => [a, b] as const));
  // Awaited here because the scratch repository is removed when this function returns.
  const combinations = await Promise.all(
    pairs.map(async ([a, b]): Promise<Combination> => {
      const experiments = [a.experiment_slug, b.experiment_slug];
      const isSame = same_code.some((group) => experiments.every((slug) => group.includes(slug)));
      const uncommitted = listSlugs([a, b].filter((each) => each.isUncommitted));
      const theirs = changes.filter((each) => experiments.includes(each.experiment_slug));
      return {
        experiments,
        ...(isSame ? sameCode : await combineCode(feature, a, b, opened.scratch)),
        ...(uncommitted.length > 0 && { uncommitted }),
        schema_objects: findCollisions(theirs).map(({ kind, object }) => `${kind} ${object}`),
      };
    }),
  );
  return { combinations, same_code };
}

type CodeCombination = Pick<Combination, "code" | "files">;

const sameCode: CodeCombination = { code: "same_code", files: [] };

async function combineCode(
  { workspace }: FeatureRef,
  ours: WinnerCode,
  theirs: WinnerCode,
  scratch: Scratch | undefined,
): Promise<CodeCombination> {
  if (ours.isShared && theirs.isShared) return { code: "shared_checkout", files: [] };
  if (ours.commit === undefined || theirs.commit === undefined || scratch === undefined)
    return { code: "unknown", files: [] };
  const trial = await tryMerge(workspace, ours.commit, theirs.commit, scratch);
  if (trial === undefined) return { code: "unknown", files: [] };
  return { code: trial.clean ? "clean" : "conflicts", files: trial.conflicts };
}
