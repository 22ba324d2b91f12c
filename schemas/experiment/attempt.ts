import * as z from "zod";
import { errorSchema } from "../error.ts";

/**
 * An `attempt` entry in `timeline.json`: a run could not measure an experiment, for a reason that is not the design's
 * fault.
 */
export const attemptSchema = z.object({
  run_id: z.string(),
  cycle_id: z.string(),
  /** The tag that was not measured; absent if it was all of them. */
  tag: z.string().optional(),
  error: errorSchema,
});
export type Attempt = z.infer<typeof attemptSchema>;
