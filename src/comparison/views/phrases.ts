import type { ComparisonReport, ExperimentRow } from "../../../schemas/comparison/comparison.ts";
import type { SchemaChange, SchemaRisk } from "../../../schemas/comparison/schema-change.ts";
import type { TestDifference } from "../../../schemas/comparison/test-difference.ts";
import { nameSome } from "../../utils/text/name-some.ts";
import { findUnmeasured } from "../records/matrix.ts";
import { formatBytes, formatCounts, formatNumber, spellOut } from "./format.ts";
import type { SharedChange } from "./schema-changes.ts";

/** How all views describe parts of a comparison, so that they agree. */

/** Names beyond this are only counted: nobody reads longer lists. */
const maxNamed = 8;

export function listNames(names: string[]): string {
  return nameSome(names, maxNamed);
}

/** Orders rows for a reader: the winners in their order, then the others in theirs. */
export function sortWinnersFirst({
  rows,
  winners,
}: Pick<ComparisonReport, "rows" | "winners">): ExperimentRow[] {
  const winning = winners.flatMap((slug) => rows.filter((row) => row.experiment_slug === slug));
  return [...winning, ...rows.filter((row) => !winning.includes(row))];
}

const causes = { code: "also fails on a fresh branch", state: "passes on a fresh branch" } as const;

/**
 * Lists what a reader needs to know besides the signal: the reason, whether failing suites fail because of the state of
 * their branch, and what was only reported.
 */
export function listNotes(row: ExperimentRow): string[] {
  const { reason, evidence } = row;
  const tags = Object.entries(evidence?.by_tag ?? {});
  const caused = tags.flatMap(([tag, { failure_cause }]) =>
    failure_cause === undefined ? [] : `${tag} ${causes[failure_cause]}`,
  );
  const said = [...findUnmeasured(row)].map(([tag, counts]) => `${tag} ${formatCounts(counts)}`);
  const reported = said.length === 0 ? [] : [`reported, not measured: ${listNames(said)}`];
  return [...(reason === undefined ? [] : [reason]), ...caused, ...reported];
}

/** Describes the results of a test: `failed in a, b; passed in c`. */
export function describeResults(test: TestDifference): string {
  const { failed_in, flaky_in, passed_in, not_run_in, not_listed_in = [] } = test;
  return Object.entries({
    failed: failed_in,
    flaky: flaky_in,
    passed: passed_in,
    "not run": not_run_in,
    "not listed": not_listed_in,
  })
    .filter(([, slugs]) => slugs.length > 0)
    .map(([result, slugs]) => `${result} in ${listNames(slugs)}`)
    .join("; ");
}

/** Groups the failures of a test, one entry for all experiments with the same failure text. */
export function groupFailures({ failures }: TestDifference): TestDifference["failures"][] {
  const texts = new Set(failures.map(({ failure }) => failure));
  return [...texts].map((text) => failures.filter(({ failure }) => failure === text));
}

/** `rewrites table: public.orders, 5 GB, about 41,000,000 rows`. */
function describeRisk({ effect, table, table_bytes, table_rows }: SchemaRisk): string {
  const rows = table_rows < 0 ? "" : `, about ${formatNumber(table_rows)} rows`;
  return `${spellOut(effect)}: ${table}, ${formatBytes(table_bytes)}${rows}`;
}

/** Lists the risks of a change. */
export function listCautions({ collides, risks }: SharedChange): string[] {
  return [...(collides ? ["collides with another experiment"] : []), ...risks.map(describeRisk)];
}

/** `type: integer → bigint`; `default: 0` if it is new, `default: was 0` if it was removed. */
export function describeAspect(name: string, { from, to }: SchemaChange["aspects"][string]): string {
  const text = from === null ? to : to === null ? `was ${from}` : `${from} → ${to}`;
  return `${spellOut(name)}: ${text}`;
}
