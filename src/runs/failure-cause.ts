import type { TagEvidence } from "../../schemas/outcomes.ts";
import type { Suite } from "../../schemas/plan.ts";
import { CoreError } from "../core-error.ts";
import { type BranchName, toBranchName } from "../lakebase/branch-id.ts";
import { getBranch } from "../lakebase/branches.ts";
import { openConnection } from "../lakebase/connection.ts";
import { createBranch } from "../lakebase/create-branch.ts";
import { deleteBranch } from "../lakebase/delete-branch.ts";
import type { CycleSpec } from "./cycle.ts";
import { runSetup, runSuite } from "./suite.ts";

/** Long enough for any suite; the branch goes by itself if we cannot remove it. */
const lifetime = "86400s";

/**
 * Runs a failing suite once more on a fresh branch of the experiment's parent: a suite that passes there failed for
 * the state of its branch, one that fails again failed for its code. Undefined where that could not be found out.
 */
export async function causeOfFailure(
  spec: CycleSpec,
  tag: string,
  suite: Suite,
): Promise<TagEvidence["failure_cause"]> {
  const { lakebase, experiment, signal, runId } = spec;
  const name = toBranchName(experiment.feature_id, experiment.experiment_slug, tag, runId.slice(-8));
  try {
    const { parent_branch } = await getBranch(lakebase, experiment.branch, { signal });
    const fork = { branch: name, parentBranch: parent_branch ?? undefined, expiry: { ttl: lifetime } };
    const { branch } = await createBranch(lakebase, { ...fork, existing: "refuse", signal });
    try {
      return await runOnFresh(spec, branch.branch, tag, suite);
    } finally {
      await deleteBranch(lakebase, branch.branch, { owned: true });
    }
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    return undefined;
  }
}

async function runOnFresh(spec: CycleSpec, branch: BranchName, tag: string, suite: Suite) {
  const { lakebase, experiment, signal, request } = spec;
  const connection = await openConnection(lakebase, branch, { signal });
  const scope = { ...spec, experiment: { ...experiment, branch }, connection };
  const folder = `${tag}/fresh-branch`;
  if (request.plan.setup !== undefined) await runSetup(scope, request.plan.setup, `${folder}/setup`);
  const verdict = await runSuite(scope, { tag, suite, repeat: 1, folder });
  if (verdict.state === "no_evidence") return undefined;
  return verdict.outcome.failed > 0 ? "code" : "state";
}
