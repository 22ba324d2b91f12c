import type { ErrorDescription } from "../../../schemas/error.ts";
import { matchesIntent, readCutIntent } from "../../experiments/branches/cut-intent.ts";
import type { ExperimentRef } from "../../experiments/layout.ts";
import { findBranch } from "../../lakebase/branches/branches.ts";
import { findObstacle } from "../../lakebase/branches/delete-branch.ts";
import type { Branch } from "../../lakebase/resources.ts";

/** The state of an experiment's branch before it is deleted. */
export type BranchInspection =
  | { state: "there"; uid: string }
  | { state: "gone" }
  /** It stays because we cannot tell that it is the one created for the experiment. */
  | { state: "left"; why: string };

/** The branch named by a record. */
export interface RecordedBranch {
  branch: string;
  branch_uid: string | null;
}

/**
 * Finds an experiment's branch and whatever prevents deleting it.
 * @param branches all branches of the project, freshly listed
 */
export async function inspectBranch(
  ref: ExperimentRef,
  { branch, branch_uid }: RecordedBranch,
  branches: readonly Branch[],
): Promise<{ database: BranchInspection; objections: ErrorDescription[] }> {
  const found = findBranch(branches, branch);
  if (found === undefined) return { database: { state: "gone" }, objections: [] };
  const isOurs = found.uid === branch_uid || matchesIntent(await readCutIntent(ref), found);
  if (found.uid === null || !isOurs) {
    const why =
      branch_uid === null
        ? "no record shows whether it is the one created for the experiment"
        : `it is not the one created for the experiment: its uid is ${found.uid} and was ${branch_uid}`;
    return { database: { state: "left", why }, objections: [] };
  }
  const obstacle = findObstacle(found, branches);
  const objections =
    obstacle === undefined
      ? []
      : [
          {
            code: obstacle.code,
            message: `Branch ${branch} cannot be deleted: ${obstacle.why}.`,
            hint: obstacle.hint,
            retryable: false,
          },
        ];
  return { database: { state: "there", uid: found.uid }, objections };
}
