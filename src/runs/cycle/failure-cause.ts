import type { TagEvidence } from "../../../schemas/outcomes.ts";
import type { Suite } from "../../../schemas/plan.ts";
import { type BranchName, toBranchName } from "../../lakebase/branch-id.ts";
import { getBranch } from "../../lakebase/branches.ts";
import { createBranch } from "../../lakebase/create-branch.ts";
import { deleteBranch } from "../../lakebase/delete-branch.ts";
import { CoreError, messageOf } from "../../utils/core-error.ts";
import { type CommandScope, runSetup, runSuite } from "../suite/suite.ts";
import type { CycleSpec } from "./cycle.ts";
import { keepLogins } from "./logins.ts";

/** Beyond the suite's own time, for the setup and for Lakebase, in seconds. Then the branch goes by itself. */
const extraLifetime = 3_600;

/**
 * Runs a failing suite once more on a fresh branch of the experiment's parent: a suite that passes there failed for
 * the state of its branch, one that fails again failed for its code. Where that cannot be found out, the reason.
 */
export async function causeOfFailure(
  spec: CycleSpec,
  scope: CommandScope,
  tag: string,
  suite: Suite,
): Promise<Pick<TagEvidence, "failure_cause" | "reason">> {
  const { lakebase, experiment, signal, runId } = spec;
  const name = toBranchName(experiment.feature_id, experiment.experiment_slug, tag, runId.slice(-8));
  const expiry = { ttl: `${suite.timeout_seconds + extraLifetime}s` };
  try {
    const { parent_branch } = await getBranch(lakebase, experiment.branch, { signal });
    const fork = { branch: name, parentBranch: parent_branch ?? undefined, expiry };
    const { branch } = await createBranch(lakebase, { ...fork, existing: "refuse", signal });
    try {
      return await runOnFresh(spec, scope, branch.branch, tag, suite);
    } finally {
      await deleteBranch(lakebase, branch.branch, { owned: true });
    }
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    signal.throwIfAborted();
    return { reason: `its cause was not found: ${messageOf(error)}` };
  }
}

async function runOnFresh(
  { lakebase, request, signal }: CycleSpec,
  { experiment, ...shared }: CommandScope,
  branch: BranchName,
  tag: string,
  suite: Suite,
): Promise<Pick<TagEvidence, "failure_cause" | "reason">> {
  const logins = keepLogins(lakebase, branch, { signal, onWait: shared.onWait });
  const scope = { ...shared, experiment: { ...experiment, branch }, logins };
  const folder = `${tag}/fresh-branch`;
  if (request.plan.setup !== undefined) await runSetup(scope, request.plan.setup, `${folder}/setup`);
  const verdict = await runSuite(scope, { tag, suite, repeat: 1, folder });
  if (verdict.state === "no_evidence") return { reason: `its cause was not found: ${verdict.reason}` };
  return { failure_cause: verdict.outcome.failed > 0 ? "code" : "state" };
}
