import * as z from "zod";

/** An error as an answer or a record carries it. */
export const errorSchema = z.object({
  code: z.string(),
  message: z.string(),
  /** What to do next. */
  hint: z.string(),
  retryable: z.boolean(),
});
export type ErrorDescription = z.infer<typeof errorSchema>;
