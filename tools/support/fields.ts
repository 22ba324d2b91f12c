import * as z from "zod";
import {
  artifactNameSchema,
  cycleIdSchema,
  experimentSlugSchema,
  featureIdSchema,
  runIdSchema,
} from "../../schemas/names.ts";

/** Input fields of several tools, defined and described once. */
export const featureId = featureIdSchema.describe("Feature name");
export const experimentSlug = experimentSlugSchema.describe("Experiment name");
export const cycleId = cycleIdSchema.describe("Cycle, e.g. C1");
export const runId = runIdSchema.describe("From run_experiments");
export const artifactName = artifactNameSchema.describe("Path within the cycle");
export const pageLimit = z.number().int().min(1).max(200).optional().describe("Page size");
export const cursor = z.string().optional().describe("From next_cursor");

/** What to do next, in one sentence. */
export const nextStep = z.string();
