import { dirname, join } from "node:path";
import { findRepository } from "../git/repository.ts";
import { isSameUid } from "../lakebase/branches/delete-branch.ts";
import { ignoreCoreError } from "../utils/core-error.ts";
import { readWorktreeRecord } from "./code/worktree-record.ts";
import { findExperiment } from "./experiments.ts";
import type { ExperimentRef } from "./layout.ts";

/**
 * Finds the project that an experiment's records were copied from, along with the rest of its folder. The branch that
 * they name is the one of the experiment there.
 * @returns the other workspace; undefined if the records are this workspace's own, as far as its worktree shows
 */
export async function findOriginal(
  ref: ExperimentRef,
  { branch, branch_uid }: { branch: string; branch_uid?: string | null | undefined },
): Promise<string | undefined> {
  const worktree = await readWorktreeRecord(ref).catch(ignoreCoreError);
  if (worktree == null) return undefined;
  const [own, other] = await Promise.all([findRepository(ref.workspace), findRepository(worktree.path)]);
  if (own === undefined || other === undefined || own.commonDirectory === other.commonDirectory)
    return undefined;
  const workspace = join(dirname(other.commonDirectory), own.folder);
  const there = await findExperiment({ ...ref, workspace }).catch(ignoreCoreError);
  const isSame = there?.branch === branch && isSameUid(there.branch_uid, branch_uid ?? null);
  return isSame ? workspace : undefined;
}
