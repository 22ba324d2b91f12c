import * as z from "zod";
import { errorSchema } from "../error.ts";

/** A run could not measure an experiment, for trouble that is not the design's: an `attempt` of `timeline.json`. */
export const attemptSchema = z.object({
  run_id: z.string(),
  cycle_id: z.string(),
  /** The tag that it kept from being measured; left out where it was all of them. */
  tag: z.string().optional(),
  error: errorSchema,
});
export type Attempt = z.infer<typeof attemptSchema>;
