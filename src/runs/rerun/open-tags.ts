import type { ExperimentOutcomes } from "../../../schemas/experiment/outcomes.ts";
import type { Plan } from "../../../schemas/plan/plan.ts";
import { readExperimentTree } from "../../experiments/code/experiment-tree.ts";
import { fingerprintSuite } from "../../experiments/code/fingerprint.ts";
import { findCode } from "../../experiments/code/worktrees.ts";
import type { Experiment } from "../../experiments/experiments.ts";
import { readOutcomes } from "../../experiments/outcomes/outcomes.ts";
import type { TreeState } from "../../git/commit.ts";
import { isSameUid } from "../../lakebase/branches/delete-branch.ts";
import { ignoreCoreError } from "../../utils/core-error.ts";
import { ownValue } from "../../utils/own-value.ts";

/**
 * Finds, by experiment, the tags of a plan that failed or are not measured at its current commit. Experiments without
 * any are omitted.
 */
export async function findOpenTags(
  experiments: readonly Experiment[],
  plan: Plan,
  tags: readonly string[],
): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const experiment of experiments) {
    const outcomes = await readOutcomes(experiment).catch(() => undefined);
    const tree = await readTree(experiment, plan);
    const open = tags.filter((tag) => !hasPassed(tag, { experiment, outcomes, tree, plan }));
    if (open.length > 0) found[experiment.experiment_slug] = open;
  }
  return found;
}

/** Returns undefined if the code cannot be read; the run itself will report that. */
async function readTree(experiment: Experiment, { worktrees }: Plan): Promise<TreeState | undefined> {
  const look = async () => readExperimentTree(experiment, await findCode(experiment), worktrees?.link);
  return look().catch(ignoreCoreError);
}

interface Known {
  experiment: Experiment;
  outcomes: ExperimentOutcomes | undefined;
  tree: TreeState | undefined;
  plan: Plan;
}

/**
 * Whether a tag was measured without a failure, by the plan's current suite, on the experiment's current branch and
 * code.
 */
function hasPassed(tag: string, { experiment, outcomes, tree, plan }: Known): boolean {
  const { evidence, by_tag = {} } = outcomes ?? {};
  const own = ownValue(evidence?.by_tag, tag);
  const suite = ownValue(plan.suites, tag);
  const { source } = own ?? {};
  if (evidence?.setup_failed !== undefined || own?.state !== "evidence") return false;
  if (source === undefined || suite === undefined || tree === undefined) return false;
  const isOfTree = !tree.dirty && !source.dirty && tree.commit !== null && source.commit === tree.commit;
  return (
    isOfTree &&
    source.suite === fingerprintSuite(plan, suite) &&
    isSameUid(experiment.branch_uid, source.branch_uid) &&
    (ownValue(by_tag, tag)?.failed ?? 0) === 0
  );
}
