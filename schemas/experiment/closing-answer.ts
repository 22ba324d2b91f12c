import * as z from "zod";
import { errorSchema } from "../error.ts";
import { closedSchema } from "./closed.ts";

/** An experiment that is closed, or would be. */
const closingRowSchema = z.object({
  experiment_slug: z.string(),
  /** `closing`: it was begun and did not finish; the same call goes on. */
  state: z.enum(["open", "closing", "closed"]),
  status: closedSchema.shape.status,
  verdict_by: closedSchema.shape.verdict_by,
  /** What is removed, or was. */
  goes: z.array(z.string()),
  stays: z.array(z.string()),
  /** What is not removed although it was the experiment's, with the reason. */
  left: z.array(z.string()),
  /** What is in the way, each with the way out. */
  objections: z.array(errorSchema),
});
export type ClosingRow = z.infer<typeof closingRowSchema>;

/** One answer of `close_experiments`. */
export const closingAnswerSchema = z.object({
  feature_id: z.string(),
  experiments: z.array(closingRowSchema),
  /** The experiments of the feature that stay open. */
  others: z.array(z.string()),
  /** Absolute path of what was decided; absent before anything was. */
  decisions: z.string().optional(),
});
export type ClosingAnswer = z.infer<typeof closingAnswerSchema>;
