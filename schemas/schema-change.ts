import * as z from "zod";

/** What a change may do to an existing table while it is applied. */
export const schemaRiskSchema = z.object({
  effect: z.enum(["rewrites_table", "scans_table", "blocks_writes", "drops_data"]),
  /** Schema-qualified. */
  table: z.string(),
  /** Size of the table before the change, without its indexes. */
  table_bytes: z.number(),
  /** The planner's estimate; -1 where it never looked. */
  table_rows: z.number(),
});
export type SchemaRisk = z.infer<typeof schemaRiskSchema>;

export const schemaObjectKinds = [
  "schema",
  "extension",
  "type",
  "sequence",
  "table",
  "column",
  "constraint",
  "foreign_key",
  "index",
  "view",
  "function",
  "trigger",
  "policy",
  "comment",
] as const;

/** One object that two databases do not have in common, or not alike. */
export const schemaChangeSchema = z.object({
  change: z.enum(["added", "removed", "changed"]),
  kind: z.enum(schemaObjectKinds),
  /** Schema-qualified; parts of a table after its name: `public.orders.total`. */
  object: z.string(),
  /** What of it differs, with the two definitions; null where one side has none. */
  aspects: z.record(z.string(), z.object({ from: z.string().nullable(), to: z.string().nullable() })),
  /** The parts of a table that came or went with it. */
  contains: z.array(z.string()).optional(),
  risks: z.array(schemaRiskSchema).optional(),
});
export type SchemaChange = z.infer<typeof schemaChangeSchema>;

/** The artifact `schema-diff.json` of a cycle: how an experiment's branch differs from its parent. */
export const schemaDifferenceSchema = z.object({
  from_branch: z.string(),
  to_branch: z.string(),
  changes: z.array(schemaChangeSchema),
});
export type SchemaDifference = z.infer<typeof schemaDifferenceSchema>;
