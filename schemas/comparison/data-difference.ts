import * as z from "zod";

/**
 * Why the rows of a table were not held against each other: only one side has it; it is larger than what is read; its
 * key is missing, or another one on the other side; there was no time left for it; it was locked, or the login may not
 * read it.
 */
const notComparedSchema = z.enum([
  "one_side_only",
  "too_large",
  "no_key",
  "other_key",
  "no_time_left",
  "unreadable",
]);

/** How the rows of one table differ between two databases: numbers alone, never what is in them. */
export const tableDifferenceSchema = z.object({
  /** Schema-qualified. */
  table: z.string(),
  /** Null where the side has no such table, and where nobody ever counted. */
  from_rows: z.number().nullable(),
  to_rows: z.number().nullable(),
  /** Whether rows were counted; else they are the planner's estimates. */
  exact: z.boolean(),
  /** Whether any row differs, by the columns that both sides have; left out where that was not found out. */
  differs: z.boolean().optional(),
  /** By key; left out where the rows were not held against each other. */
  added: z.number().optional(),
  removed: z.number().optional(),
  changed: z.number().optional(),
  not_compared: notComparedSchema.optional(),
});
export type TableDifference = z.infer<typeof tableDifferenceSchema>;

/** How the rows of two databases differ, table by table: first those that do, then those of which nobody knows. */
const dataDifferenceSchema = z.object({ tables: z.array(tableDifferenceSchema) });
export type DataDifference = z.infer<typeof dataDifferenceSchema>;
