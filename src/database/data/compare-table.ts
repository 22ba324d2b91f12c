import type { Client } from "pg";
import * as z from "zod";
import type { TableDifference } from "../../../schemas/comparison/data-difference.ts";
import { type DataTable, readSize } from "./list-tables.ts";

/** Larger tables are not read. In bytes. */
const readUpTo = 32 * 2 ** 20;

/** The most rows to compare, because those of both sides are held in memory. */
const maxRows = 50_000;

/** A table on both sides. */
export interface TablePair {
  from: { client: Client; table: DataTable };
  to: { client: Client; table: DataTable };
}

/**
 * Counts the rows that differ in a table that exists on both sides. Rows are compared by hashes computed in the
 * databases: their contents never leave the server.
 * @throws whatever a query does: a lock, a time limit, a missing permission
 */
export async function compareTable(pair: TablePair): Promise<TableDifference> {
  const { from, to } = pair;
  const { table } = from.table;
  if (!(await isSmall([from, to])))
    return { ...estimateRows(table, from.table, to.table), not_compared: "too_large" };
  const columns = from.table.columns.filter((column) => to.table.columns.includes(column));
  const [before, now] = await Promise.all([readMark(from, columns), readMark(to, columns)]);
  const counted = { table, from_rows: before.rows, to_rows: now.rows, exact: true };
  const differs = before.rows !== now.rows || before.mark !== now.mark;
  const key = findKey(pair);
  if (Array.isArray(key) && !differs) return { ...counted, differs, added: 0, removed: 0, changed: 0 };
  if (!Array.isArray(key)) return { ...counted, differs, not_compared: key };
  if (Math.max(before.rows, now.rows) > maxRows) return { ...counted, differs, not_compared: "too_large" };
  const [old, own] = await Promise.all([readHashes(from, key, columns), readHashes(to, key, columns)]);
  return { ...counted, differs, ...countChanges(old, own) };
}

async function isSmall(sides: readonly Side[]): Promise<boolean> {
  const sizes = await Promise.all(
    sides.map(({ client, table }) => (table === undefined ? 0 : readSize(client, table))),
  );
  return Math.max(...sizes) <= readUpTo;
}

interface Side {
  client: Client;
  table: DataTable | undefined;
}

/** Counts the rows of a table that exists on one side only; if it is large, returns the planner's estimate. */
export async function countOneSided(from: Side, to: Side): Promise<TableDifference> {
  const estimated = estimateRows(from.table?.table ?? to.table?.table ?? "", from.table, to.table);
  const count = async ({ client, table }: Side) =>
    table === undefined ? null : (await readMark({ client, table }, [])).rows;
  if (!(await isSmall([from, to]))) return { ...estimated, not_compared: "one_side_only" };
  const [from_rows, to_rows] = await Promise.all([count(from), count(to)]);
  return { ...estimated, from_rows, to_rows, exact: true, not_compared: "one_side_only" };
}

/** Returns the planner's estimates for a table on both sides. */
export function estimateRows(
  table: string,
  from: DataTable | undefined,
  to: DataTable | undefined,
): TableDifference {
  const { estimate: from_rows = null } = from ?? {};
  const { estimate: to_rows = null } = to ?? {};
  return { table, from_rows, to_rows, exact: false };
}

function findKey({ from, to }: TablePair): string[] | "no_key" | "other_key" {
  const [before, now] = [from.table.key, to.table.key];
  if (before.length === 0 || now.length === 0) return "no_key";
  return before.join() === now.join() ? before : "other_key";
}

const markSchema = z.tuple([z.object({ rows: z.coerce.number(), mark: z.string() })]);

/** Reads the number of rows, and a hash over all of them. */
async function readMark({ client, table }: TablePair["from"], columns: readonly string[]) {
  const { rows } = await client.query<Record<string, unknown>>(
    `select count(*) as rows, coalesce(sum(${hash(columns)}::numeric), 0)::text as mark from ${source(table)}`,
  );
  const [mark] = markSchema.parse(rows);
  return mark;
}

const hashesSchema = z.array(z.object({ key: z.string(), row: z.string() }));

/** Reads a hash of each row's key, and one of the whole row. */
async function readHashes(
  { client, table }: TablePair["from"],
  key: readonly string[],
  columns: readonly string[],
): Promise<Map<string, string>> {
  const { rows } = await client.query<Record<string, unknown>>(
    `select ${hash(key)}::text as key, ${hash(columns)}::text as row from ${source(table)} limit ${maxRows}`,
  );
  return new Map(hashesSchema.parse(rows).map((each) => [each.key, each.row]));
}

function hash(columns: readonly string[]): string {
  return `hashtextextended(row(${columns.map((column) => `t.${column}`).join(", ")})::text, 0)`;
}

/** Excludes the rows of tables that inherit from it, which are counted on their own. */
function source({ table, isPartitioned }: DataTable): string {
  return `${isPartitioned ? "" : "only "}${table} t`;
}

function countChanges(before: Map<string, string>, now: Map<string, string>) {
  let [added, changed] = [0, 0];
  for (const [key, row] of now) {
    const old = before.get(key);
    if (old === undefined) added++;
    else if (old !== row) changed++;
  }
  return { added, removed: before.size + added - now.size, changed };
}
