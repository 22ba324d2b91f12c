import type { ExperimentRow, TagMatrixRow } from "../../../schemas/comparison/comparison.ts";
import type { TagOutcome } from "../../../schemas/experiment/outcomes.ts";
import { standardTags } from "../../../schemas/names.ts";
import { isMeasured } from "../../experiments/outcomes/outcomes.ts";
import { ownValue } from "../../utils/own-value.ts";

/** Builds a row for each tag with counts, across all experiments; null for an experiment without counts. */
export function buildMatrix(rows: ExperimentRow[]): TagMatrixRow[] {
  const tags = new Set(rows.flatMap((row) => Object.keys(row.by_tag ?? {})));
  return sortTags([...tags]).map((tag) => ({ tag, cells: buildCells(rows, (row) => readCounts(row, tag)) }));
}

/**
 * Builds the same rows from reports of suites that ran elsewhere. A cell is null if a run measured the tag, since the
 * matrix has those counts.
 */
export function buildReported(rows: ExperimentRow[]): TagMatrixRow[] {
  const reported = new Map(rows.map((row) => [row, findUnmeasured(row)]));
  const tags = new Set([...reported.values()].flatMap((counts) => [...counts.keys()]));
  return sortTags([...tags]).map((tag) => ({
    tag,
    cells: buildCells(rows, (row) => reported.get(row)?.get(tag)),
  }));
}

function buildCells(
  rows: ExperimentRow[],
  read: (row: ExperimentRow) => TagOutcome | undefined,
): TagMatrixRow["cells"] {
  // For a thousand experiments, `Object.fromEntries` takes twenty times as long.
  const cells: TagMatrixRow["cells"] = {};
  for (const row of rows) cells[row.experiment_slug] = read(row) ?? null;
  return cells;
}

/** Returns the counts that were reported but not measured, by tag. */
export function findUnmeasured({ reported = {}, evidence }: ExperimentRow): Map<string, TagOutcome> {
  return new Map(
    Object.entries(reported)
      .filter(([tag]) => !isMeasured(evidence, tag))
      .map(([tag, { passed, failed }]) => [tag, { passed, failed }]),
  );
}

/** Returns a row's counts for a tag. */
export function readCounts({ by_tag = {} }: ExperimentRow, tag: string): TagOutcome | undefined {
  return ownValue(by_tag, tag);
}

/** Sorts tags: the standard ones first, in their order, then the others by name. */
export function sortTags(tags: string[]): string[] {
  const standard = standardTags.filter((tag) => tags.includes(tag));
  const custom = tags.filter((tag) => !standardTags.some((each) => each === tag)).sort();
  return [...standard, ...custom];
}
