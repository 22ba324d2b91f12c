import * as z from "zod";

/** A Lakebase branch. `branch` is its name, the only identifier that any call takes; `uid` is shown, never taken. */
export const branchSchema = z.object({
  branch: z.string(),
  uid: z.string().nullable(),
  parent_branch: z.string().nullable(),
  state: z.string(),
  /** RFC 3339; null where the branch never expires. */
  expire_time: z.string().nullable(),
  default: z.boolean(),
  protected: z.boolean(),
});
