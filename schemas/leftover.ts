import * as z from "zod";

/** The kinds of things that can be left over. */
const leftoverKindSchema = z.enum(["branch", "experiment", "worktree", "git_branch", "pin", "run", "files"]);

/** Something that is no longer needed, or whose owner is unknown. */
export const leftoverSchema = z.object({
  kind: leftoverKindSchema,
  /** A branch, an experiment as `F1/exp-a`, a path, a git branch or ref; for runs and files, how many and where. */
  name: z.string(),
  /** What it is, and why nothing needs it. */
  why: z.string(),
  age_minutes: z.number().int().optional(),
  /** The cost of a database branch so far: the minutes since it was cut. */
  branch_minutes: z.number().int().optional(),
  /** On this machine's disk. */
  bytes: z.number().int().optional(),
  /** Why it stays; absent if it is provably ours, so that it may be removed or has been. */
  left: z.string().optional(),
});
export type Leftover = z.infer<typeof leftoverSchema>;
