import * as z from "zod";
import {
  artifactNameSchema,
  cycleIdSchema,
  experimentSlugSchema,
  featureIdSchema,
} from "../../schemas/names.ts";

/**
 * Input fields that several tools take, spelled and described once. What a feature_id and a cursor are, the instructions
 * say.
 */
export const featureId = featureIdSchema;
export const experimentSlug = experimentSlugSchema;
export const cycleId = cycleIdSchema;
export const cursor = z.string().optional();
export const artifactName = artifactNameSchema.describe("Relative to its cycle; may have folders");

/** What to do next, one sentence. */
export const nextStep = z.string();
