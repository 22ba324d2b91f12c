import type { ComparisonReport, ExperimentRow } from "../../schemas/comparison.ts";
import type { AnswerRow, ComparisonAnswer, ComparisonDetail } from "../../schemas/comparison-answer.ts";

import { summarizeCombinations } from "./combination-text.ts";
import { totals } from "./signals.ts";

/** Cuts a page out of a list. */
export type Pager = <Item>(items: Item[]) => { page: Item[]; next_cursor: string | null };

type Part = Partial<ComparisonAnswer> & Pick<ComparisonAnswer, "next_cursor">;

const parts: Record<ComparisonDetail, (report: ComparisonReport, pager: Pager) => Part> = {
  summary: summaryPart,
  rows: rowsPart,
  tests: testsPart,
  schema: schemaPart,
  metrics: metricsPart,
};

/** The part of a comparison that was asked for, small enough for a model to read: long lists by pages. */
export function answerOf(report: ComparisonReport, detail: ComparisonDetail, pager: Pager): ComparisonAnswer {
  const { feature_id, recommendation, rationale, winners } = report;
  return { feature_id, recommendation, rationale, winners, ...parts[detail](report, pager) };
}

function summaryPart({ rows, matrix, smells, combinations }: ComparisonReport, pager: Pager): Part {
  const { page, next_cursor } = pager(rows);
  const slugs = page.map((row) => row.experiment_slug);
  return {
    rows: page.map(lighter),
    matrix: matrix.map(({ tag, cells }) => ({
      tag,
      cells: Object.fromEntries(slugs.map((slug) => [slug, cells[slug] ?? null])),
    })),
    ...(combinations.length > 0 && { combining: summarizeCombinations(combinations) }),
    ...(smells.length > 0 && { warnings: smells.map(({ kind, message }) => `${kind}: ${message}`) }),
    next_cursor,
  };
}

/** A row without what the matrix has, and without what goes without saying. */
function lighter(row: ExperimentRow): AnswerRow {
  const { experiment_slug, status, signal, evidence_state, reason } = row;
  const { tests_passed, tests_failed, flaky, duration_ms } = row;
  const ofTags = totals({ by_tag: row.by_tag });
  const isInMatrix = tests_passed === ofTags.passed && tests_failed === ofTags.failed;
  return {
    experiment_slug,
    status,
    signal,
    ...(evidence_state === "claimed" && { evidence_state }),
    ...(reason !== undefined && { reason }),
    ...(!isInMatrix && { tests_passed, tests_failed }),
    ...(flaky !== undefined && { flaky }),
    duration_ms,
  };
}

function rowsPart({ rows, smells }: ComparisonReport, pager: Pager): Part {
  const { page, next_cursor } = pager(rows);
  return { rows: page, smells, next_cursor };
}

function testsPart({ tests }: ComparisonReport, pager: Pager): Part {
  const { apart = [], failing_everywhere = [] } = tests ?? {};
  const { page, next_cursor } = pager([...apart, ...failing_everywhere]);
  return {
    tests_apart: page.filter((each) => apart.includes(each)),
    tests_failing_everywhere: page.filter((each) => failing_everywhere.includes(each)),
    next_cursor,
  };
}

function schemaPart({ schema, combinations }: ComparisonReport, pager: Pager): Part {
  const changes = (schema?.differences ?? []).flatMap(({ experiment_slug, changes }) =>
    changes.map((change) => ({ experiment_slug, ...change })),
  );
  const { page, next_cursor } = pager(changes);
  return {
    schema_collisions: schema?.collisions ?? [],
    schema_risks: schema?.risks ?? [],
    combinations,
    schema_changes: page,
    next_cursor,
  };
}

function metricsPart({ metrics, combinations }: ComparisonReport, pager: Pager): Part {
  const { page, next_cursor } = pager(metrics);
  return { metrics: page, combinations, next_cursor };
}
