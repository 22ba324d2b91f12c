import type { Client } from "pg";
import * as z from "zod";
import type { TableDifference } from "../../../schemas/comparison/data-difference.ts";
import { type DataTable, readSize } from "./list-tables.ts";

/** A table up to this size is read, in bytes. */
const readUpTo = 32 * 2 ** 20;

/** So many rows are held against each other: both sides of them are in memory. */
const maxRows = 50_000;

/** One table on the two sides. */
export interface TablePair {
  from: { client: Client; table: DataTable };
  to: { client: Client; table: DataTable };
}

/**
 * Counts what differs in the rows of a table that both sides have. Rows are told apart by hashes that the databases make
 * of them: what is in them never leaves the server.
 * @throws what a query does: a lock, a time limit, a right that is missing
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

async function isSmall(sides: readonly Alone[]): Promise<boolean> {
  const sizes = await Promise.all(
    sides.map(({ client, table }) => (table === undefined ? 0 : readSize(client, table))),
  );
  return Math.max(...sizes) <= readUpTo;
}

interface Alone {
  client: Client;
  table: DataTable | undefined;
}

/** The rows of a table that one side alone has: counted where it is small, else as the planner thinks. */
export async function countAlone(from: Alone, to: Alone): Promise<TableDifference> {
  const estimated = estimateRows(from.table?.table ?? to.table?.table ?? "", from.table, to.table);
  const count = async ({ client, table }: Alone) =>
    table === undefined ? null : (await readMark({ client, table }, [])).rows;
  if (!(await isSmall([from, to]))) return { ...estimated, not_compared: "one_side_only" };
  const [from_rows, to_rows] = await Promise.all([count(from), count(to)]);
  return { ...estimated, from_rows, to_rows, exact: true, not_compared: "one_side_only" };
}

/** What the planner thinks of a table on either side. */
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

/** How many rows there are, and a sum over them that another set of rows does not have. */
async function readMark({ client, table }: TablePair["from"], columns: readonly string[]) {
  const { rows } = await client.query<Record<string, unknown>>(
    `select count(*) as rows, coalesce(sum(${hash(columns)}::numeric), 0)::text as mark from ${source(table)}`,
  );
  const [mark] = markSchema.parse(rows);
  return mark;
}

const hashesSchema = z.array(z.object({ key: z.string(), row: z.string() }));

/** Of each row, a hash of its key and one of all of it. */
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

/** Without the rows of tables that inherit from it, which are counted for themselves. */
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
