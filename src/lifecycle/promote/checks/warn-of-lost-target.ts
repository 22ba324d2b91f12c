import type { Promotion } from "../../../../schemas/promotion/promotion.ts";
import { isAncestor } from "../../../git/merge/plan-merge.ts";

/** Warns if the target of a promotion that has finished no longer contains what was promoted to it. */
export async function warnOfLostTarget(
  workspace: string,
  promotion: Promotion | undefined,
): Promise<string[]> {
  const code = promotion?.state === "promoted" ? promotion.verified.code : null;
  if (code == null || (await isAncestor(workspace, code.merge_commit, `refs/heads/${code.target}`)))
    return [];
  return [
    `The git branch ${code.target} no longer contains ${code.merge_commit.slice(0, 12)}, which was promoted to it: it was reset or rewritten since. Unless it has the same changes in other commits, git merge ${code.merge_commit.slice(0, 12)} brings them back.`,
  ];
}
