import { toBranchName } from "../../../lakebase/branches/branch-id.ts";
import type { Branch } from "../../../lakebase/resources.ts";
import { withFork } from "../../recovery/forks.ts";
import { keepLogins } from "../branch/logins.ts";
import type { CycleScope } from "../scope.ts";

/**
 * Runs a task on a fresh fork of the experiment's parent branch, otherwise in the same cycle. The fork is removed
 * afterwards, and the experiment's own branch is not touched.
 * @param seconds how long the task may take
 * @throws CoreError whatever `withFork` and the task throw
 */
export function withForkScope<Result>(
  scope: CycleScope,
  tag: string,
  seconds: number,
  task: (fork: CycleScope) => Promise<Result>,
): Promise<Result> {
  const { experiment, branch, runId } = scope;
  const name = toBranchName(experiment.feature_id, experiment.experiment_slug, tag, runId.slice(-8));
  const fork = { branch: name, parent: branch.parent_branch ?? undefined, seconds };
  const owner = { ...scope, workspace: experiment.workspace };
  return withFork(owner, fork, (fresh) => task(onFork(scope, fresh)));
}

function onFork({ experiment, ...shared }: CycleScope, branch: Branch): CycleScope {
  const { lakebase, signal, onWait } = shared;
  return {
    ...shared,
    branch,
    experiment: { ...experiment, branch: branch.branch, branch_uid: branch.uid },
    logins: keepLogins(lakebase, branch.branch, { signal, onWait }),
  };
}
