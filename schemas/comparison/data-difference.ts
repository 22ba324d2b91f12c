import * as z from "zod";

/**
 * Why the rows of a table were not compared: only one side has the table; it is too large to read; it has no key, or a
 * different key on the other side; time ran out; or it was locked, or the login may not read it.
 */
const notComparedSchema = z.enum([
  "one_side_only",
  "too_large",
  "no_key",
  "other_key",
  "no_time_left",
  "unreadable",
]);

/** How the rows of a table differ between two databases: only numbers, never contents. */
export const tableDifferenceSchema = z.object({
  /** Schema-qualified. */
  table: z.string(),
  /** Null if that side has no such table, or if no count or estimate exists. */
  from_rows: z.number().nullable(),
  to_rows: z.number().nullable(),
  /** Whether the rows were counted; otherwise the numbers are the planner's estimates. */
  exact: z.boolean(),
  /** Whether any row differs in the columns that both sides have; absent if unknown. */
  differs: z.boolean().optional(),
  /** Rows by key; absent if the rows were not compared. */
  added: z.number().optional(),
  removed: z.number().optional(),
  changed: z.number().optional(),
  not_compared: notComparedSchema.optional(),
});
export type TableDifference = z.infer<typeof tableDifferenceSchema>;

/** How the rows of two databases differ: first the tables that do, then those for which it is unknown. */
const dataDifferenceSchema = z.object({ tables: z.array(tableDifferenceSchema) });
export type DataDifference = z.infer<typeof dataDifferenceSchema>;
