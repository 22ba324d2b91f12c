import * as z from "zod";
import { tagSchema } from "../names.ts";

/** The metric that every suite has: how long its command takes. */
export const durationMetric = "duration";

/** The metric that decides among experiments that pass everything. */
export const decideBySchema = z
  .strictObject({
    metric: z
      .string()
      .min(1)
      .max(200)
      .meta({
        description: `A name in metrics.json, or ${durationMetric}: how long the tag's suite takes.`,
        examples: ["checkout p50"],
      }),
    tag: tagSchema
      .optional()
      .meta({ description: "The tag whose suite measures it. Default: any.", examples: ["api"] }),
  })
  .refine(({ metric, tag }) => metric !== durationMetric || tag !== undefined, {
    path: ["tag"],
    error: `${durationMetric} needs the tag whose suite is timed`,
  })
  .meta({
    description: "The metric that decides among experiments that pass everything.",
    examples: [{ metric: "checkout p50", tag: "api" }],
  });
export type DecideBy = z.infer<typeof decideBySchema>;

/** True if the plan has a suite for the tag of `decide_by`, or if that names no tag. */
export function hasDecidingSuite(plan: { decide_by?: DecideBy | undefined; suites: object }): boolean {
  const tag = plan.decide_by?.tag;
  return tag === undefined || Object.hasOwn(plan.suites, tag);
}
