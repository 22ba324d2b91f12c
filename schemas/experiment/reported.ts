import * as z from "zod";
import { experimentSlugSchema, featureIdSchema, tagSchema } from "../names.ts";
import { formatSchema } from "../plan/suite.ts";
import { tagOutcomeSchema } from "./outcomes.ts";

/** A report about a tag whose suite ran elsewhere. It is shown, but decides nothing. */
const reportedTagSchema = z.object({
  ...tagOutcomeSchema.shape,
  /** The number of tests that both failed and passed; absent if there are none. */
  flaky: z.number().int().nonnegative().optional(),
  /** RFC 3339. */
  reported_at: z.string(),
  /** The commit it ran on: as reported, or else that of the experiment's code at the time; null if it has none. */
  commit: z.string().nullable(),
  /** The file whose cases were counted; absent if counts were given. */
  report: z.object({ path: z.string(), format: z.string(), sha256: z.string() }).optional(),
});
export type ReportedTag = z.infer<typeof reportedTagSchema>;

/** `reported.json`, separate from the outcomes that runs write, so that neither overwrites the other. */
export const reportedSchema = z.looseObject({ by_tag: z.record(tagSchema, reportedTagSchema) });

const count = z.number().int().min(0);

/** A caller's report about a suite that ran elsewhere: either counts, or a report to count. */
export const outcomeInputSchema = z.strictObject({
  feature_id: featureIdSchema.describe("Feature name"),
  experiment_slug: experimentSlugSchema.describe("Experiment name"),
  tag: tagSchema.describe("Kind of test, e.g. api"),
  passed: count.optional().describe("Tests passed"),
  failed: count.optional().describe("Tests failed"),
  report_path: z.string().min(1).max(4096).optional().describe("Report to count instead"),
  format: z.enum(formatSchema.options).optional(),
  commit: z
    .string()
    .regex(/^[0-9a-f]{7,64}$/, "commit must be a commit id in hexadecimal digits")
    .optional()
    .describe("Commit the suite ran on"),
});
export type OutcomeInput = z.infer<typeof outcomeInputSchema>;
