import { readState } from "../../../database/state.ts";
import { artifactPath } from "../../../experiments/layout.ts";
import { readParentState } from "../../../experiments/promotion.ts";
import { getBranch } from "../../../lakebase/branches/branches.ts";
import { isSameUid } from "../../../lakebase/branches/delete-branch.ts";
import { withPorts } from "../../../runs/cycle/ports.ts";
import type { CycleScope, CycleSpec } from "../../../runs/cycle/scope.ts";
import { runSetup } from "../../../runs/suite/suite.ts";
import { prepareWorktree } from "../../../runs/worktree/prepare-worktree.ts";
import { CoreError } from "../../../utils/core-error.ts";
import { compareStates } from "../checks/check-verification.ts";
import { refuse } from "../checks/objection.ts";
import { type CodeCheck, prepareCode } from "../checks/prepare-code.ts";
import type { Journal } from "../journal.ts";
import { hasBegun, isDone } from "../resume.ts";
import { openOnBranch } from "./open-on-branch.ts";

/**
 * Runs the plan's migration on the parent branch, with the verified code.
 * @throws CoreError `target_moved` if the parent has changed since; `migration_failed`, which names the log and the
 *   safety branch
 */
export async function migrateParent(spec: CycleSpec, journal: Journal): Promise<void> {
  const { request, experiment } = spec;
  const { promotion } = journal;
  const migrate = request.plan.promote?.migrate;
  if (migrate === undefined || isDone(promotion, "migrate")) return;
  const checkCode = await prepareCode(experiment, {
    commit: promotion.verified.commit,
    worktree: promotion.scratch_worktree,
  });
  const scope = await openParent(spec, journal, checkCode);
  // Changes left by an earlier attempt are this promotion's own.
  if (!hasBegun(promotion, "migrate")) await refuseMoved(scope, journal);
  const folder = `promotion-${spec.runId.slice(-8)}`;
  const log = artifactPath(experiment, spec.cycleId, folder);
  await withPorts(request.plan.ports ?? 0, spec.signal, async (ports) => {
    await prepareWorktree({ ...scope, ports });
    scope.onStep("migrate", { by_tag: {}, evidence: {} });
    const migration = () => runSetup({ ...scope, ports }, migrate, folder, "migration");
    await journal.take("migrate", () => migration().catch(explain(log, journal)), log);
  });
}

async function openParent(
  spec: CycleSpec,
  { promotion: { verified } }: Journal,
  checkCode: CodeCheck,
): Promise<Omit<CycleScope, "ports">> {
  const { lakebase, signal } = spec;
  const branch = await getBranch(lakebase, verified.parent.branch, { signal });
  if (!isSameUid(branch.uid, verified.parent.uid)) {
    const what = `The parent branch ${branch.branch} is not the one that was verified: its uid is ${branch.uid}.`;
    throw new CoreError("target_moved", what, { hint: "Verify again." });
  }
  return openOnBranch(spec, branch, { commit: verified.commit, checkCode });
}

/** Checks the parent once more just before migrating, since it may have changed after the confirmation. */
async function refuseMoved(
  { logins, experiment }: Pick<CycleScope, "logins" | "experiment">,
  { promotion: { verified, accepted } }: Journal,
): Promise<void> {
  const before = await readParentState(experiment);
  if (before === undefined) return;
  const now = await readState(await logins.lasting(0));
  const moved = compareStates(verified.parent.branch, before, now);
  refuse(moved.filter(({ code, acceptable }) => !(acceptable && accepted.includes(code))));
}

function explain(log: string, { promotion: { safety_branch, verified } }: Journal) {
  return (error: unknown): never => {
    if (!(error instanceof CoreError)) throw error;
    const safety = safety_branch === undefined ? "" : ` ${safety_branch.branch} has its earlier state.`;
    const what = `${error.message} The target is unchanged. What the migration did on ${verified.parent.branch} before it failed is still there, unless the migration rolled it back.${safety}`;
    throw new CoreError(error.code, what, {
      hint: `Read ${log}. Fix the cause, then call again. If you change the code, measure and verify it first.`,
      cause: error,
    });
  };
}
