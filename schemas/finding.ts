import * as z from "zod";

/** The result of one check of the setup. */
export const findingSchema = z.object({
  /** What was checked: `cli`, `authentication`, `project`, … */
  name: z.string(),
  /** `skipped`: it could not be checked, because of an earlier finding. */
  state: z.enum(["ok", "warning", "failed", "skipped"]),
  detail: z.string(),
  /** What to do about it; absent if nothing is to be done. */
  remedy: z.string().optional(),
});
export type Finding = z.infer<typeof findingSchema>;
