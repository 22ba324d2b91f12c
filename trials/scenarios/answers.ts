import * as z from "zod";
import { comparisonAnswerSchema } from "../../schemas/comparison/comparison-answer.ts";

/** What the scripts read from answers. */

export const setupSchema = z.object({
  findings: z.array(z.object({ name: z.string(), state: z.string(), detail: z.string() })),
});

export const keptPlanSchema = z.object({ plan_path: z.string(), outcome: z.literal("kept") });

export const cutSchema = z.object({
  experiments: z.array(
    z.object({ experiment_slug: z.string(), branch: z.string(), code_directory: z.string() }),
  ),
  errors: z.tuple([]),
});

export const startedSchema = z.object({ run_id: z.string() });

export const comparisonSchema = comparisonAnswerSchema;
