import type { Combination } from "../../../schemas/combination.ts";
import type { ExperimentRow } from "../../../schemas/comparison.ts";
import { type FeatureRef, stateDirectory } from "../../experiments/layout.ts";
import { checkCode } from "../../experiments/worktrees.ts";
import { tryMerge } from "../../git/merge-tree.ts";
import { openScratch, type Scratch, snapshot } from "../../git/scratch.ts";
import { ignoreCoreError } from "../../utils/core-error.ts";
import { findCollisions } from "./collisions.ts";
import type { ExperimentChanges } from "./schema-comparison.ts";

/** Pairs grow with the square of the winners; more than this many winners are not combined by hand either. */
const maxWinners = 5;

/** The code of a winner. */
interface Code {
  experiment_slug: string;
  /** Undefined where it cannot be told. */
  commit?: string | undefined;
  /** Its commit is that of its working directory as it is now, which the run did not find committed. */
  isUncommitted: boolean;
}

/**
 * How each pair of winners goes together: their code in git, their objects in the schema.
 * @param winners the best first; the first five are combined
 */
export async function combineWinners(
  feature: FeatureRef,
  winners: ExperimentRow[],
  changes: ExperimentChanges[],
): Promise<Combination[]> {
  const some = winners.slice(0, maxWinners);
  if (some.length < 2) return [];
  const isOneCommit = new Set(some.map(({ evidence }) => evidence?.commit)).size === 1;
  const isAllCommitted = some.every(({ evidence }) => evidence?.dirty === false);
  await using scratch =
    isOneCommit && isAllCommitted
      ? undefined
      : await openScratch(feature.workspace, stateDirectory(feature.workspace));
  const codes: Code[] = [];
  for (const row of some) codes.push(await codeOf(feature, row, scratch));
  const pairs = codes.flatMap((a, index) => codes.slice(index + 1).map((b) => [a, b] as const));
  // Awaited here: the scratch goes when this function returns.
  return await Promise.all(
    pairs.map(async ([a, b]): Promise<Combination> => {
      const experiments = [a.experiment_slug, b.experiment_slug];
      const uncommitted = [a, b].filter((each) => each.isUncommitted).map((each) => each.experiment_slug);
      const theirs = changes.filter((each) => experiments.includes(each.experiment_slug));
      return {
        experiments,
        ...(await combineCode(feature, a, b, scratch)),
        ...(uncommitted.length > 0 && { uncommitted }),
        schema_objects: findCollisions(theirs).map(({ kind, object }) => `${kind} ${object}`),
      };
    }),
  );
}

async function codeOf(feature: FeatureRef, row: ExperimentRow, scratch: Scratch | undefined): Promise<Code> {
  const { experiment_slug, evidence } = row;
  if (!evidence?.commit) return { experiment_slug, isUncommitted: false };
  if (!evidence.dirty) return { experiment_slug, commit: evidence.commit, isUncommitted: false };
  if (scratch === undefined) return { experiment_slug, isUncommitted: true };
  const code = await checkCode({ ...feature, experiment_slug }).catch(ignoreCoreError);
  const commit = code && (await snapshot(code.root, scratch));
  return { experiment_slug, commit, isUncommitted: true };
}

async function combineCode(
  { workspace }: FeatureRef,
  { commit: ours }: Code,
  { commit: theirs }: Code,
  scratch: Scratch | undefined,
): Promise<Pick<Combination, "code" | "files">> {
  if (ours !== undefined && ours === theirs) return { code: "same_code", files: [] };
  if (ours === undefined || theirs === undefined || scratch === undefined)
    return { code: "unknown", files: [] };
  const trial = await tryMerge(workspace, ours, theirs, scratch);
  if (trial === undefined) return { code: "unknown", files: [] };
  return { code: trial.clean ? "clean" : "conflicts", files: trial.conflicts };
}
