import * as z from "zod";

/** What one look at the setup showed. */
export const findingSchema = z.object({
  /** What was looked at: `cli`, `authentication`, `project`, … */
  name: z.string(),
  /** `skipped`: it could not be looked at, because of a finding before it. */
  state: z.enum(["ok", "warning", "failed", "skipped"]),
  detail: z.string(),
  /** What to do about it; only where something is to be done. */
  remedy: z.string().optional(),
});
export type Finding = z.infer<typeof findingSchema>;
