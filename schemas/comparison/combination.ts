import * as z from "zod";

/** How the changes of two winners go together. */
export const combinationSchema = z.object({
  experiments: z.array(z.string()).length(2),
  /**
   * `same_code`: their worktrees hold the same; `shared_checkout`: they have none, and one checkout holds both;
   * `unknown`: git cannot tell.
   */
  code: z.enum(["clean", "conflicts", "same_code", "shared_checkout", "unknown"]),
  /** Those whose code is not committed: it was tried as their worktrees are now. Left out for none. */
  uncommitted: z.array(z.string()).optional(),
  /** Files that conflict. */
  files: z.array(z.string()),
  /** Schema objects that both change, and differently. */
  schema_objects: z.array(z.string()),
});
export type Combination = z.infer<typeof combinationSchema>;
