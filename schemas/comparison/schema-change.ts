import * as z from "zod";

/**
 * What a change may do to an existing table while it is applied. A rewrite blocks reads and writes for as long as it
 * takes, and so does `blocks_all`; `blocks_writes` still allows reads. `needs_values`: existing rows have no value for
 * the column, so a single statement would fail.
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
  /** Schema-qualified; may be a materialized view, which also has rows to scan. */
  table: z.string(),
  /** Size before the change, without indexes; for a partitioned table, including its partitions. */
  table_bytes: z.number(),
  /** The planner's estimate; -1 if it has none. */
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
  "rule",
  "statistics",
  "operator",
  "cast",
  "collation",
  "text_search",
  "server",
  "publication",
  "event_trigger",
  "default_privileges",
  "comment",
] as const;

/** An object that exists in only one of two databases, or differs between them. */
export const schemaChangeSchema = z.object({
  change: z.enum(["added", "removed", "changed"]),
  kind: z.enum(schemaObjectKinds),
  /** Schema-qualified; parts of a table, view or domain follow its name: `public.orders.total`. */
  object: z.string(),
  /** The differing aspects with both definitions; null on the side that has none. */
  aspects: z.record(z.string(), z.object({ from: z.string().nullable(), to: z.string().nullable() })),
  /** The parts that were added or removed with it. */
  contains: z.array(z.string()).optional(),
  /** The objects, as kind and name, that it is part of or that its definition refers to. */
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
