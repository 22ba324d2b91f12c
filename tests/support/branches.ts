import { asBranchName, asBranchUid } from "../../src/lakebase/branches/branch-id.ts";
import type { Branch } from "../../src/lakebase/resources.ts";

/** A branch of the project as Lakebase lists it, without an expiry. */
export const makeBranch = (
  branch: string,
  { uid, ...more }: Partial<Omit<Branch, "branch" | "uid">> & { uid: string | null },
): Branch => ({
  branch: asBranchName(branch),
  uid: uid === null ? null : asBranchUid(uid),
  parent_branch: asBranchName("production"),
  state: "READY",
  create_time: null,
  expire_time: null,
  default: false,
  protected: false,
  ...more,
});
