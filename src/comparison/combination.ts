import type { Combination } from "../../schemas/combination.ts";
import type { ExperimentRow } from "../../schemas/comparison.ts";
import { tryMerge } from "../git/merge-tree.ts";
import { type ExperimentChanges, findCollisions } from "./schema-comparison.ts";

/** Pairs grow with the square of the winners; more than this many winners are not combined by hand either. */
const maxWinners = 5;

/** How each pair of winners goes together: their commits in git, their objects in the schema. */
export async function combineWinners(
  workspace: string,
  winners: ExperimentRow[],
  changes: ExperimentChanges[],
): Promise<Combination[]> {
  const some = winners.slice(0, maxWinners);
  const pairs = some.flatMap((a, index) => some.slice(index + 1).map((b) => [a, b] as const));
  return Promise.all(
    pairs.map(async ([a, b]): Promise<Combination> => {
      const experiments = [a.experiment_slug, b.experiment_slug];
      const theirs = changes.filter((each) => experiments.includes(each.experiment_slug));
      return {
        experiments,
        ...(await combineCode(workspace, a.evidence?.commit, b.evidence?.commit)),
        schema_objects: findCollisions(theirs).map(({ kind, object }) => `${kind} ${object}`),
      };
    }),
  );
}

async function combineCode(
  workspace: string,
  ours: string | null | undefined,
  theirs: string | null | undefined,
): Promise<Pick<Combination, "code" | "files">> {
  if (!ours || !theirs) return { code: "unknown", files: [] };
  if (ours === theirs) return { code: "same_code", files: [] };
  const trial = await tryMerge(workspace, ours, theirs);
  if (trial === undefined) return { code: "unknown", files: [] };
  return { code: trial.clean ? "clean" : "conflicts", files: trial.conflicts };
}
