import * as z from "zod";

/** Files of a command that should be stored, and the secrets they may contain. */
export const leftoverSchema = z.object({
  feature_id: z.string(),
  experiment_slug: z.string(),
  cycle_id: z.string(),
  /** The folder of the artifacts within the cycle. */
  folder: z.string(),
  directory: z.string(),
  secrets: z.array(z.string()),
});
export type Leftover = z.infer<typeof leftoverSchema>;
