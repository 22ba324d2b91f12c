import type { TagEvidence } from "../../../schemas/outcomes.ts";
import type { CommandSuite } from "../../../schemas/plan/suite.ts";
import { toBranchName } from "../../lakebase/branches/branch-id.ts";
import type { Branch } from "../../lakebase/resources.ts";
import { CoreError, getMessage } from "../../utils/core-error.ts";
import { withFork } from "../recovery/forks.ts";
import { runSetup, runSuite } from "../suite/suite.ts";
import { keepLogins } from "./logins.ts";
import type { CycleScope } from "./scope.ts";

/**
 * Runs a failing suite once more on a fresh branch of the experiment's parent: a suite that passes there failed for
 * the state of its branch, one that fails again failed for its code. Where that cannot be found out, the reason.
 */
export async function findFailureCause(
  scope: CycleScope,
  tag: string,
  suite: CommandSuite,
): Promise<Pick<TagEvidence, "failure_cause" | "reason">> {
  const { experiment, signal, runId } = scope;
  const branch = toBranchName(experiment.feature_id, experiment.experiment_slug, tag, runId.slice(-8));
  const fork = {
    branch,
    parent: scope.branch.parent_branch ?? undefined,
    seconds: suite.timeout_seconds,
  };
  try {
    const owner = { ...scope, workspace: experiment.workspace };
    return await withFork(owner, fork, (fresh) => runOnFresh(scope, fresh, tag, suite));
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    signal.throwIfAborted();
    return { reason: `its cause was not found: ${getMessage(error)}` };
  }
}

async function runOnFresh(
  { experiment, ...shared }: CycleScope,
  branch: Branch,
  tag: string,
  suite: CommandSuite,
): Promise<Pick<TagEvidence, "failure_cause" | "reason">> {
  const { lakebase, request, signal } = shared;
  const logins = keepLogins(lakebase, branch.branch, { signal, onWait: shared.onWait });
  const scope = {
    ...shared,
    branch,
    experiment: { ...experiment, branch: branch.branch, branch_uid: branch.uid },
    logins,
  };
  const folder = `${tag}/fresh-branch`;
  if (request.plan.setup !== undefined) await runSetup(scope, request.plan.setup, `${folder}/setup`);
  const verdict = await runSuite(scope, { tag, suite, repeat: 1, folder });
  if (verdict.state === "no_evidence") return { reason: `its cause was not found: ${verdict.reason}` };
  return { failure_cause: verdict.outcome.failed > 0 ? "code" : "state" };
}
