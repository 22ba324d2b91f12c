import type {
  ComparisonReport,
  ExperimentRow,
  Signal,
  TagMatrixRow,
} from "../../schemas/comparison/comparison.ts";
import type {
  AnswerRow,
  ComparisonAnswer,
  ComparisonDetail,
} from "../../schemas/comparison/comparison-answer.ts";
import { metricWarningKinds } from "../../schemas/comparison/warning.ts";
import type { TagEvidence } from "../../schemas/experiment/outcomes.ts";
import { ownValue } from "../utils/own-value.ts";
import { clipText } from "../utils/text/clip-text.ts";
import { summarizeCombinations } from "./details/combination-text.ts";
import { readCounts } from "./records/matrix.ts";
import { selectExplainedRows } from "./verdict/row-text.ts";
import { sumTests } from "./verdict/totals.ts";

/** Cuts a page out of a list. */
export type Pager = <Item>(items: Item[]) => { page: Item[]; next_cursor: string | null };

/** The rationale counts them all. */
const maxWinners = 25;

const maxMeasured = 20;
/** Features have few tags, but a record may claim any number. */
const maxTags = 40;
const maxWarnings = 8;
/** In characters. */
const longestWarning = 300;

type Part = Partial<ComparisonAnswer> & Pick<ComparisonAnswer, "next_cursor">;

const parts: Record<ComparisonDetail, (report: ComparisonReport, pager: Pager) => Part> = {
  summary: selectSummary,
  rows: selectRows,
  tests: selectTests,
  schema: selectSchema,
  metrics: selectMetrics,
  history: selectHistory,
};

/**
 * Builds the requested part of a comparison, small enough for a model to read: long lists come in pages.
 * @param next_step what to do next, in the words of the front end that asks
 */
export function buildAnswer(
  report: ComparisonReport,
  detail: ComparisonDetail,
  pager: Pager,
  next_step: string,
): ComparisonAnswer {
  const { feature_id, recommendation, rationale, winners } = report;
  const first = winners.slice(0, maxWinners);
  return {
    feature_id,
    recommendation,
    rationale,
    next_step,
    winners: first,
    ...parts[detail](report, pager),
  };
}

function selectSummary(report: ComparisonReport, pager: Pager): Part {
  const { rows, combinations, winners } = report;
  const matrix = report.matrix.slice(0, maxTags);
  const explained = new Set(selectExplainedRows(rows));
  const { page, next_cursor } = pager(
    rows.map((row) => ({
      row: trimRow(row, explained.has(row)),
      // In the shape they have in the matrix, because the pager goes by their size.
      cells: matrix.map(({ tag }) => ({ [row.experiment_slug]: readCounts(row, tag) ?? null })),
    })),
  );
  const more_tags = report.matrix.length - matrix.length;
  const reported = report.reported.slice(0, maxTags);
  return {
    rows: page.map(({ row }) => row),
    matrix: matrix.map(({ tag }, index) => ({
      tag,
      cells: Object.fromEntries(page.flatMap(({ cells }) => Object.entries(cells[index] ?? {}))),
    })),
    ...(reported.length > 0 && { reported: reported.map((line) => selectCells(line, page)) }),
    ...(combinations.length > 0 && { combining: summarizeCombinations(combinations, winners) }),
    ...findUnstatedDecision(report),
    ...shortenWarnings(report.warnings),
    ...(more_tags > 0 && { more_tags }),
    next_cursor,
  };
}

/** Keeps the cells of the experiments on a page that have counts. */
function selectCells({ tag, cells }: TagMatrixRow, page: { row: AnswerRow }[]): TagMatrixRow {
  const own = page.flatMap(({ row: { experiment_slug } }) => {
    const counts = ownValue(cells, experiment_slug);
    return counts ? [[experiment_slug, counts] as const] : [];
  });
  return { tag, cells: Object.fromEntries(own) };
}

/** Returns what the deciding metric shows, unless the rationale already says it. */
function findUnstatedDecision({ decision, rationale }: ComparisonReport): Pick<ComparisonAnswer, "decision"> {
  return decision === undefined || rationale.includes(decision) ? {} : { decision };
}

function shortenWarnings(
  warnings: ComparisonReport["warnings"],
): Pick<ComparisonAnswer, "warnings" | "more_warnings"> {
  if (warnings.length === 0) return {};
  const first = warnings.slice(0, maxWarnings);
  const more_warnings = warnings.length - first.length;
  return {
    warnings: first.map(({ kind, message }) => ({ kind, message: clipText(message, longestWarning) })),
    ...(more_warnings > 0 && { more_warnings }),
  };
}

/**
 * Returns a row without what the matrix and the rationale already show, or what its signal implies.
 * @param isExplained whether the rationale gives the row's reason
 */
function trimRow(row: ExperimentRow, isExplained: boolean): AnswerRow {
  const { experiment_slug, status, signal, evidence_state, reason } = row;
  const { tests_passed, tests_failed, flaky } = row;
  const ofTags = sumTests({ by_tag: row.by_tag });
  const isInMatrix = tests_passed === ofTags.passed && tests_failed === ofTags.failed;
  return {
    experiment_slug,
    ...(status !== impliedStatus[signal] && { status }),
    signal,
    ...((evidence_state === "claimed" || evidence_state === "reported") && { evidence_state }),
    ...(!isExplained && { reason }),
    ...(!isInMatrix && { tests_passed, tests_failed }),
    ...(flaky !== undefined && { flaky }),
  };
}

/** The status implied by each signal. */
const impliedStatus: Record<Signal, ExperimentRow["status"]> = {
  winning: "succeeded",
  failing: "failed",
  running: "running",
  abandoned: "abandoned",
  capped: "failed",
  no_evidence: "failed",
  not_started: "unknown",
  unreadable: "unknown",
};

function selectRows({ rows: all, warnings }: ComparisonReport, pager: Pager): Part {
  const rows = all.map(withoutRepeatedSources);
  const { page, next_cursor } = pager([...warnings, ...rows]);
  return { warnings: selectOnPage(warnings, page), rows: selectOnPage(rows, page), next_cursor };
}

/**
 * Returns a row whose tags only name their source if it differs from that of the evidence as a whole; usually it does
 * not.
 */
function withoutRepeatedSources({ evidence, ...row }: ExperimentRow): ExperimentRow {
  if (evidence === undefined) return row;
  const isOwn = ({ source }: TagEvidence) =>
    source !== undefined &&
    source.run_id === evidence.run_id &&
    source.cycle_id === evidence.cycle_id &&
    source.commit === evidence.commit &&
    source.dirty === evidence.dirty &&
    source.branch_uid === (evidence.branch_uid ?? null);
  const tags = Object.entries(evidence.by_tag).map(([tag, { source, ...own }]) => [
    tag,
    isOwn({ source, ...own }) ? own : { ...own, source },
  ]);
  return { ...row, evidence: { ...evidence, by_tag: Object.fromEntries(tags) } };
}

function selectTests({ tests }: ComparisonReport, pager: Pager): Part {
  const { apart = [], failing_everywhere = [] } = tests ?? {};
  const { page, next_cursor } = pager([...apart, ...failing_everywhere]);
  return {
    tests_apart: selectOnPage(apart, page),
    tests_failing_everywhere: selectOnPage(failing_everywhere, page),
    next_cursor,
  };
}

function selectSchema({ schema, combinations }: ComparisonReport, pager: Pager): Part {
  const { differences = [], collisions = [], risks = [] } = schema ?? {};
  const changes = differences.flatMap(({ experiment_slug, changes }) =>
    changes.map((change) => ({ experiment_slug, ...change })),
  );
  const { page, next_cursor } = pager([...collisions, ...combinations, ...risks, ...changes]);
  return {
    schema_collisions: selectOnPage(collisions, page),
    combinations: selectOnPage(combinations, page),
    schema_risks: selectOnPage(risks, page),
    schema_changes: selectOnPage(changes, page),
    next_cursor,
  };
}

function selectMetrics(report: ComparisonReport, pager: Pager): Part {
  const { metrics, warnings } = report;
  // A metric with many measurements spans several pages.
  const { page, next_cursor } = pager(
    metrics.flatMap(({ measured, ...metric }) =>
      Array.from({ length: Math.ceil(measured.length / maxMeasured) }, (_, part) => ({
        ...metric,
        measured: measured.slice(part * maxMeasured, (part + 1) * maxMeasured),
      })),
    ),
  );
  return {
    metrics: page,
    ...findUnstatedDecision(report),
    ...shortenWarnings(warnings.filter(({ kind }) => metricWarningKinds.some((each) => each === kind))),
    next_cursor,
  };
}

function selectHistory({ history }: ComparisonReport, pager: Pager): Part {
  const { trends = [], cycles = [] } = history ?? {};
  const { page, next_cursor } = pager([...trends, ...cycles]);
  return { trends: selectOnPage(trends, page), history: selectOnPage(cycles, page), next_cursor };
}

/** Keeps the items of one list that are on a page made from several lists. */
function selectOnPage<Item>(items: Item[], page: unknown[]): Item[] {
  return items.filter((item) => page.includes(item));
}
