import * as z from "zod";

/** `branch.json` of an experiment: the branch that was cut for it. Ours, beside the kit's `branch.txt`. */
export const branchRecordSchema = z.object({
  branch: z.string(),
  /** Lakebase's uid, which a branch forked again under the same name does not share; null where it gave none. */
  uid: z.string().nullable(),
  parent_branch: z.string().nullable(),
  /** RFC 3339. */
  cut_at: z.string(),
  /** RFC 3339; null where it never expires. */
  expire_time: z.string().nullable(),
});
export type BranchRecord = z.infer<typeof branchRecordSchema>;
