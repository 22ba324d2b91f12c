import * as z from "zod";

/**
 * Something about the records that makes a verdict worth less. `kind` is one of `feature-unknown`, `plan-unreadable`,
 * `details-unreadable`, `code-not-committed`, `code-changed-since`, `<tag>-row-perma-red`, `tag-never-reported`,
 * `suite-never-red`, `counts-shrink`, `no-cycle-since-cut`.
 */
export const smellSchema = z.object({
  kind: z.string(),
  message: z.string(),
  /** Absolute paths of the records that show it; the first few. */
  records: z.array(z.string()),
});
export type Smell = z.infer<typeof smellSchema>;
