import * as z from "zod";

/** `branch.json` of an experiment: the branch that was cut for it. Ours, in addition to the kit's `branch.txt`. */
export const branchRecordSchema = z.object({
  branch: z.string(),
  /** The uid, which differs if a branch is forked again under the same name; null if Lakebase returned none. */
  uid: z.string().nullable(),
  parent_branch: z.string().nullable(),
  /** RFC 3339. */
  cut_at: z.string(),
  /** RFC 3339; null if it never expires. */
  expire_time: z.string().nullable(),
  /** Identifies the schema that it was forked with; absent if that was not read. */
  parent_schema: z.string().optional(),
  /** Where the branch of this uid is reached, once a run has logged in there. */
  endpoint: z.object({ name: z.string(), host: z.string() }).optional(),
});
export type BranchRecord = z.infer<typeof branchRecordSchema>;
