import * as z from "zod";

/** How the changes of two winners combine. */
export const combinationSchema = z.object({
  experiments: z.array(z.string()).length(2),
  /**
   * `same_code`: their worktrees contain the same code; `shared_checkout`: they have no worktrees and share a checkout;
   * `unknown`: git cannot tell.
   */
  code: z.enum(["clean", "conflicts", "same_code", "shared_checkout", "unknown"]),
  /** The experiments with uncommitted code, which was tried as it is now. Absent if there are none. */
  uncommitted: z.array(z.string()).optional(),
  /** Files that conflict. */
  files: z.array(z.string()),
  /** Schema objects that both change differently. */
  schema_objects: z.array(z.string()),
});
export type Combination = z.infer<typeof combinationSchema>;
