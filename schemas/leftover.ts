import * as z from "zod";

/** What can be left over. */
const leftoverKindSchema = z.enum(["branch", "experiment", "worktree", "git_branch", "pin", "run", "files"]);

/** Something that nothing needs any more, or that nobody here can tell the owner of. */
export const leftoverSchema = z.object({
  kind: leftoverKindSchema,
  /** A branch, an experiment as `F1/exp-a`, a path, a git branch or ref; of runs and files, how many and where. */
  name: z.string(),
  /** What it is, and why nothing needs it. */
  why: z.string(),
  age_minutes: z.number().int().optional(),
  /** What a database branch has cost so far: the minutes since it was cut. */
  branch_minutes: z.number().int().optional(),
  /** On this machine's disk. */
  bytes: z.number().int().optional(),
  /** Why it stays; absent where it is provably ours, so that it may be removed, or was. */
  left: z.string().optional(),
});
export type Leftover = z.infer<typeof leftoverSchema>;
