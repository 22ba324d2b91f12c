import * as z from "zod";

/** `worktree.json` of an experiment: where its code is. Ours, beside the kit's records, and this machine's alone. */
export const worktreeRecordSchema = z.object({
  /** Absolute path of the worktree's top. */
  path: z.string(),
  /** The git branch that is checked out there, without `refs/heads/`. */
  git_branch: z.string(),
  /** The commit that the branch began at. */
  base_commit: z.string(),
  /** The git branch that it was cut from; absent where that was a commit alone. */
  base_branch: z.string().optional(),
  /** Fingerprint of what the plan's `worktrees.prepare` last succeeded for; absent until it has. */
  prepared: z.string().optional(),
});
export type WorktreeRecord = z.infer<typeof worktreeRecordSchema>;
