import type { ErrorDescription } from "../../schemas/error.ts";
import type { Context } from "../context.ts";
import { listClosed } from "../experiments/closed.ts";
import { type Experiment, listAllExperiments } from "../experiments/experiments.ts";
import { cutPaths, type ExperimentRef, nameExperiment } from "../experiments/layout.ts";
import { findBranch, listBranches } from "../lakebase/branches/branches.ts";
import { deleteBranch, findObstacle, isSameUid } from "../lakebase/branches/delete-branch.ts";
import type { Branch } from "../lakebase/resources.ts";
import { findBusy, refuseBusy } from "../runs/caller/busy.ts";
import { listRuns, startLock } from "../runs/journal/journal.ts";
import { CoreError } from "../utils/core-error.ts";
import { describeError } from "../utils/describe-error.ts";
import { withLock } from "../utils/files/lock.ts";

export interface DeletionInput {
  /** Its name or uid. */
  branch: string;
  /** The branch's name, as permission to delete it. */
  confirm?: string | undefined;
}

export interface Deletion {
  branch: string;
  /** Null if there is no such branch. */
  uid: string | null;
  /** `feature_id/experiment_slug` in this workspace, or null. */
  experiment: string | null;
  /** Whether that experiment is still open. */
  is_open: boolean;
  state: "there" | "gone" | "deleted";
  /** Everything that prevents deleting it. */
  objections: ErrorDescription[];
}

type Caller = Pick<Context, "workspace" | "lakebase" | "signal">;

/** Describes a branch and whether it may be deleted. Changes nothing. @throws LakebaseError */
export async function previewDeletion(context: Caller, branch: string): Promise<Deletion> {
  return (await inspect(context, branch)).deletion;
}

/**
 * Deletes a branch that the caller names, no matter who created it. The branch of an open experiment is not deleted
 * during a run; the experiment and its record stay.
 * @throws CoreError `confirm_mismatch`, and with the code of the first obstacle
 */
export async function deleteNamedBranch(context: Caller, input: DeletionInput): Promise<Deletion> {
  const { owner, deletion } = await inspect(context, input.branch);
  if (deletion.state === "gone") return deletion;
  if (input.confirm !== deletion.branch) {
    const what = `confirm is ${JSON.stringify(input.confirm ?? "")}, and the branch is ${deletion.branch}. Nothing was deleted.`;
    throw new CoreError("confirm_mismatch", what, {
      hint: "Pass the branch's name as confirm to delete it.",
    });
  }
  const [obstacle] = deletion.objections;
  if (obstacle !== undefined) throw new CoreError(obstacle.code, obstacle.message, obstacle);
  const { lakebase, signal } = context;
  const remove = () =>
    deleteBranch(lakebase, deletion.branch, { owned: true, uid: deletion.uid, signal }).then(
      ({ deleted }) => deleted,
    );
  const isDeleted = owner === undefined ? await remove() : await withoutRuns(context, owner, remove);
  return { ...deletion, state: isDeleted ? "deleted" : "gone" };
}

async function inspect(
  { workspace, lakebase, signal }: Caller,
  text: string,
): Promise<{ owner: Experiment | undefined; deletion: Deletion }> {
  const [branches, experiments] = await Promise.all([
    listBranches(lakebase, { signal }),
    listAllExperiments(workspace),
  ]);
  const found = findBranch(branches, text);
  const none = { uid: null, experiment: null, is_open: false, objections: [] };
  if (found === undefined) return { owner: undefined, deletion: { ...none, branch: text, state: "gone" } };
  const ownsBranch = (each: { branch: string; branch_uid?: string | null | undefined }) =>
    each.branch === found.branch && isSameUid(each.branch_uid, found.uid);
  const owner = experiments.find(ownsBranch);
  const named = owner ?? (await listClosed(workspace)).find(ownsBranch);
  const deletion: Deletion = {
    ...{ branch: found.branch, uid: found.uid, state: "there", is_open: owner !== undefined },
    experiment: named === undefined ? null : nameExperiment(named),
    objections: [...describeObstacle(found, branches), ...(await describeBusy(owner))],
  };
  return { owner, deletion };
}

function describeObstacle(found: Branch, branches: readonly Branch[]): ErrorDescription[] {
  const obstacle = findObstacle(found, branches);
  if (obstacle === undefined) return [];
  const { code, why, hint } = obstacle;
  return [{ code, message: `Branch ${found.branch} was not deleted: ${why}.`, hint, retryable: false }];
}

async function describeBusy(owner: Experiment | undefined): Promise<ErrorDescription[]> {
  if (owner === undefined) return [];
  const busy = findBusy(await listRuns(owner.workspace, owner.feature_id), [owner.experiment_slug]);
  return busy === undefined ? [] : [describeError(busy)];
}

/** No run of the experiment can start while we hold its lock. */
async function withoutRuns<Result>(
  { signal }: Pick<Context, "signal">,
  owner: ExperimentRef,
  task: () => Promise<Result>,
): Promise<Result> {
  const { workspace, feature_id, experiment_slug } = owner;
  return withLock(cutPaths(owner).lock, signal, async () => {
    await withLock(startLock(workspace), signal, async () =>
      refuseBusy(await listRuns(workspace, feature_id), [experiment_slug]),
    );
    return task();
  });
}
