import * as z from "zod";

/** A file that a cycle left. */
export const artifactEntrySchema = z.object({
  /** Relative to its cycle. */
  name: z.string(),
  /** Absolute. */
  path: z.string(),
  cycle_id: z.string(),
  /** In bytes. */
  size: z.number(),
  /** ISO 8601. */
  modified: z.string(),
});
export type ArtifactEntry = z.infer<typeof artifactEntrySchema>;
