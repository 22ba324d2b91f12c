import type { ExperimentRow, TagMatrixRow } from "../../../schemas/comparison/comparison.ts";
import type { TagOutcome } from "../../../schemas/experiment/outcomes.ts";
import { standardTags } from "../../../schemas/names.ts";
import { isMeasured } from "../../experiments/outcomes/outcomes.ts";
import { ownValue } from "../../utils/own-value.ts";

/** The tags that anyone reported, each across all experiments; null where one did not report it. */
export function buildMatrix(rows: ExperimentRow[]): TagMatrixRow[] {
  const tags = new Set(rows.flatMap((row) => Object.keys(row.by_tag ?? {})));
  return sortTags([...tags]).map((tag) => ({
    tag,
    cells: Object.fromEntries(rows.map((row) => [row.experiment_slug, readCounts(row, tag) ?? null])),
  }));
}

/**
 * The same of what was reported of suites that ran elsewhere. What runs measured, the matrix has: a cell is null there.
 */
export function buildReported(rows: ExperimentRow[]): TagMatrixRow[] {
  const cells = new Map(rows.map((row) => [row.experiment_slug, findUnmeasured(row)]));
  const tags = new Set([...cells.values()].flatMap((reported) => [...reported.keys()]));
  return sortTags([...tags]).map((tag) => ({
    tag,
    cells: Object.fromEntries([...cells].map(([slug, reported]) => [slug, reported.get(tag) ?? null])),
  }));
}

/** By tag, what was reported of an experiment and was not measured. */
export function findUnmeasured({ reported = {}, evidence }: ExperimentRow): Map<string, TagOutcome> {
  return new Map(
    Object.entries(reported)
      .filter(([tag]) => !isMeasured(evidence, tag))
      .map(([tag, { passed, failed }]) => [tag, { passed, failed }]),
  );
}

/** What a row counted for a tag. */
export function readCounts({ by_tag = {} }: ExperimentRow, tag: string): TagOutcome | undefined {
  return ownValue(by_tag, tag);
}

/** The standard tags first, in their order; then all others by name. */
export function sortTags(tags: string[]): string[] {
  const standard = standardTags.filter((tag) => tags.includes(tag));
  const custom = tags.filter((tag) => !standardTags.some((each) => each === tag)).sort();
  return [...standard, ...custom];
}
