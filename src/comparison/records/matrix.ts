import type { ExperimentRow, TagMatrixRow } from "../../../schemas/comparison/comparison.ts";
import type { TagOutcome } from "../../../schemas/experiment/outcomes.ts";
import { standardTags } from "../../../schemas/names.ts";
import { isMeasured } from "../../experiments/outcomes/outcomes.ts";
import { ownValue } from "../../utils/own-value.ts";

/** Builds a row for each tag with counts, across all experiments; null for an experiment without counts. */
export function buildMatrix(rows: ExperimentRow[]): TagMatrixRow[] {
  const tags = new Set(rows.flatMap((row) => Object.keys(row.by_tag ?? {})));
  return sortTags([...tags]).map((tag) => ({
    tag,
    cells: Object.fromEntries(rows.map((row) => [row.experiment_slug, readCounts(row, tag) ?? null])),
  }));
}

/**
 * Builds the same rows from reports of suites that ran elsewhere. A cell is null if a run measured the tag, since the
 * matrix has those counts.
 */
export function buildReported(rows: ExperimentRow[]): TagMatrixRow[] {
  const cells = new Map(rows.map((row) => [row.experiment_slug, findUnmeasured(row)]));
  const tags = new Set([...cells.values()].flatMap((reported) => [...reported.keys()]));
  return sortTags([...tags]).map((tag) => ({
    tag,
    cells: Object.fromEntries([...cells].map(([slug, reported]) => [slug, reported.get(tag) ?? null])),
  }));
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
