import * as z from "zod";
import { errorSchema } from "../error.ts";
import { closedSchema } from "./closed.ts";

/** An experiment that is closed, or would be. */
const closingRowSchema = z.object({
  experiment_slug: z.string(),
  /** `closing`: it was interrupted; the same call continues it. */
  state: z.enum(["open", "closing", "closed"]),
  status: closedSchema.shape.status,
  verdict_by: closedSchema.shape.verdict_by,
  /** What is removed, or has been. */
  goes: z.array(z.string()),
  stays: z.array(z.string()),
  /** What belonged to the experiment but is not removed, with the reason. */
  left: z.array(z.string()),
  /** What prevents closing, each with a way to resolve it. */
  objections: z.array(errorSchema),
});
export type ClosingRow = z.infer<typeof closingRowSchema>;

/** An answer of `close_experiments`. */
export const closingAnswerSchema = z.object({
  feature_id: z.string(),
  experiments: z.array(closingRowSchema),
  /** The experiments of the feature that stay open. */
  others: z.array(z.string()),
  /** Absolute path of the recorded decisions; absent if there are none yet. */
  decisions: z.string().optional(),
});
export type ClosingAnswer = z.infer<typeof closingAnswerSchema>;
