import * as z from "zod";

/** A Lakebase branch. `branch` is its name, the only identifier that calls accept; `uid` is for information only. */
export const branchSchema = z.object({
  branch: z.string(),
  uid: z.string().nullable(),
  parent_branch: z.string().nullable(),
  state: z.string(),
  /** RFC 3339; null if the branch never expires. */
  expire_time: z.string().nullable(),
  default: z.boolean(),
  protected: z.boolean(),
});
