import { listAllExperiments } from "../experiments/experiments.ts";
import { toBranchName, toHashedBranchName } from "../lakebase/branches/branch-id.ts";

/**
 * Chooses a branch name for each of a feature's experiments, by slug. A recorded experiment keeps the name it was
 * created with. No two experiments of a workspace share a name, even if their slugs differ only in letter case, which
 * branch names do not preserve.
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
