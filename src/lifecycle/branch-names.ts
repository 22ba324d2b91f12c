import { listAllExperiments } from "../experiments/experiments.ts";
import { toBranchName, toHashedBranchName } from "../lakebase/branches/branch-id.ts";

/**
 * The names of the branches that a feature's experiments are to get, by slug. No two experiments of the workspace get
 * the same name, though theirs may differ by letter case alone, which a branch's name does not have. A record keeps
 * the name that it was cut with.
 */
export async function nameBranches(
  workspace: string,
  featureId: string,
  slugs: readonly string[],
  prefix: string | undefined,
): Promise<Map<string, string>> {
  const recorded = await listAllExperiments(workspace);
  const taken = new Set(recorded.map(({ branch }) => branch));
  const own = recorded.filter(({ feature_id }) => feature_id === featureId);
  const names = new Map(own.map(({ experiment_slug, branch }) => [experiment_slug, branch]));
  for (const slug of slugs.filter((each) => !names.has(each))) {
    const parts = [...(prefix === undefined ? [] : [prefix]), featureId, slug];
    const plain = toBranchName(...parts);
    const name = taken.has(plain) ? toHashedBranchName(...parts) : plain;
    taken.add(name);
    names.set(slug, name);
  }
  return names;
}
