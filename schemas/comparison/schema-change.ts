import * as z from "zod";

/**
 * What a change may do to an existing table while it is applied. A rewrite blocks reads and writes for as long as it
 * takes, and so does `blocks_all`; `blocks_writes` lets reads go on. `needs_values`: no row that is there has a value
 * for the column, so that one statement alone fails.
 */
export const schemaRiskSchema = z.object({
  effect: z.enum([
    "rewrites_table",
    "scans_table",
    "blocks_writes",
    "blocks_all",
    "needs_values",
    "drops_data",
  ]),
  /** Schema-qualified; a materialized view has rows to scan as well. */
  table: z.string(),
  /** Size before the change, without indexes; of a partitioned table, that of its partitions. */
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
  /** Schema-qualified; parts of a table, a view or a domain after its name: `public.orders.total`. */
  object: z.string(),
  /** What of it differs, with the two definitions; null where one side has none. */
  aspects: z.record(z.string(), z.object({ from: z.string().nullable(), to: z.string().nullable() })),
  /** The parts that came or went with it. */
  contains: z.array(z.string()).optional(),
  /** The objects, as kind and name, that it is a part of or that its definitions name. */
  rests_on: z.array(z.string()).optional(),
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
