import * as z from "zod";

/**
 * `worktree.json` of an experiment: where its code is. Ours, in addition to the kit's records, and only valid on this
 * machine.
 */
export const worktreeRecordSchema = z.object({
  /** Absolute path of the top of the worktree. */
  path: z.string(),
  /** The git branch that is checked out there, without `refs/heads/`. */
  git_branch: z.string(),
  /** The commit at which the branch starts. */
  base_commit: z.string(),
  /** The git branch it was cut from; absent if it was cut from a commit. */
  base_branch: z.string().optional(),
  /** Fingerprint of the input of the last successful `worktrees.prepare`; absent before that. */
  prepared: z.string().optional(),
});
export type WorktreeRecord = z.infer<typeof worktreeRecordSchema>;
