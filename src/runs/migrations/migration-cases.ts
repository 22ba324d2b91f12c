import type { SchemaChange, SchemaRisk } from "../../../schemas/comparison/schema-change.ts";
import type { ReportCase } from "../../../schemas/plan/report.ts";
import { locksTable, selectLargeTableRisks } from "../../database/large-tables.ts";
import { summarizeChanges } from "../../database/summary.ts";
import { nameSome } from "../../utils/text/name-some.ts";

/** Beyond this many, entries are counted, not named. */
const maxNamed = 5;

/** The tests that the suite counts. Their names identify them from one cycle to the next. */
const names = {
  applies: "setup applies cleanly to a fresh fork of the parent branch",
  repeats: "setup changes nothing when it is run again",
  locks: "setup locks or rewrites no large table that is not named",
} as const;

/** The outcome of running a setup twice on a fresh fork. */
export interface MigrationResult {
  /** How a run failed; undefined if neither did. */
  failure?: { run: "first" | "again"; message: string } | undefined;
  /** What the first run changed; undefined if it failed. */
  changes?: readonly SchemaChange[] | undefined;
  /** What the second run changed; undefined if it did not complete. */
  again?: readonly SchemaChange[] | undefined;
}

/**
 * Builds the test cases for a setup. Tests that cannot be decided because the setup failed are skipped: they neither
 * pass nor fail.
 * @param mayLock large tables that it may lock or rewrite, schema-qualified
 */
export function buildMigrationCases(
  { failure, changes, again }: MigrationResult,
  mayLock: readonly string[],
): ReportCase[] {
  if (changes === undefined)
    return [
      failed(names.applies, failure?.message ?? "It did not run to completion."),
      { name: names.repeats, status: "skipped" },
      { name: names.locks, status: "skipped" },
    ];
  return [
    { name: names.applies, status: "passed" },
    checkRepeat(failure?.message, again),
    checkLocks(changes, mayLock),
  ];
}

function checkRepeat(failure: string | undefined, again: MigrationResult["again"]): ReportCase {
  if (failure !== undefined) return failed(names.repeats, failure);
  if (again === undefined) return failed(names.repeats, "It did not run to completion.");
  if (again.length === 0) return { name: names.repeats, status: "passed" };
  return failed(names.repeats, `The second run changed the schema: ${summarizeChanges([...again])}.`);
}

function checkLocks(changes: readonly SchemaChange[], mayLock: readonly string[]): ReportCase {
  const found = changes.flatMap((change) =>
    selectLargeTableRisks(change.risks ?? [])
      .filter((risk) => locksTable(risk) && !mayLock.includes(risk.table))
      .map((risk) => describeLock(change, risk)),
  );
  if (found.length === 0) return { name: names.locks, status: "passed" };
  const hint = "Change the migration, or name the table in may_lock of the suite.";
  return failed(names.locks, `${nameSome(found, maxNamed)}. ${hint}`);
}

/** Describes a lock: `index public.orders_by_customer: blocks writes of public.orders, 120 MB`. */
function describeLock({ kind, object }: SchemaChange, { effect, table, table_bytes }: SchemaRisk): string {
  const size = `${Math.round(table_bytes / 2 ** 20)} MB`;
  const what = effect === "rewrites_table" ? "rewrites" : `${effect.replaceAll("_", " ")} of`;
  return `${kind.replaceAll("_", " ")} ${object} ${what} ${table}, ${size}`;
}

function failed(name: string, failure: string): ReportCase {
  return { name, status: "failed", failure };
}
