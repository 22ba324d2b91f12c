import * as z from "zod";
import { schemaChangeSchema, schemaRiskSchema } from "./schema-change.ts";

/** How the schemas of a feature's experiments differ from their parents, and from each other. */
export const schemaComparisonSchema = z.object({
  differences: z.array(
    z.object({ experiment_slug: z.string(), summary: z.string(), changes: z.array(schemaChangeSchema) }),
  ),
  /**
   * Objects that experiments change differently, or that one removes while another changes something that depends on
   * them.
   */
  collisions: z.array(z.object({ kind: z.string(), object: z.string(), experiments: z.array(z.string()) })),
  /** Changes that lock, rewrite or drop a large table. */
  risks: z.array(z.object({ experiment_slug: z.string(), object: z.string(), ...schemaRiskSchema.shape })),
});
export type SchemaComparison = z.infer<typeof schemaComparisonSchema>;
