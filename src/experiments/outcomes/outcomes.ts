import { existsSync } from "node:fs";
import {
  type Evidence,
  type ExperimentOutcomes,
  outcomesSchema,
  type TagEvidence,
} from "../../../schemas/experiment/outcomes.ts";
import type { Look } from "../../utils/files/files.ts";
import { writeJson } from "../../utils/files/json.ts";
import { type FieldPath, type OnBroken, salvageRecord } from "../../utils/files/salvage.ts";
import { ownValue } from "../../utils/own-value.ts";
import { parseAs } from "../../utils/parse.ts";
import { type ExperimentRef, experimentPaths } from "../layout.ts";

/**
 * Reads the outcomes of an experiment's last cycle; undefined if it has no record yet. Unreadable fields are dropped.
 * If a count is unreadable, its evidence is dropped too, so that nothing wins because of lost data.
 * @throws CoreError `record_unreadable`
 */
export async function readOutcomes(
  ref: ExperimentRef,
  onBroken?: OnBroken,
  look?: Look,
): Promise<ExperimentOutcomes | undefined> {
  const path = experimentPaths(ref).outcomes;
  const salvaged = salvageRecord(path, outcomesSchema, onBroken, look, lowerTags);
  return salvaged && withoutLostCounts(salvaged.data, salvaged.lost);
}

/** Hand-written records may capitalize tags: `API`. */
function lowerTags(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("by_tag" in value)) return value;
  const { by_tag } = value;
  if (typeof by_tag !== "object" || by_tag === null || Array.isArray(by_tag)) return value;
  if (Object.keys(by_tag).every((tag) => tag === tag.toLowerCase())) return value;
  const named = Object.entries(by_tag).map(([tag, counts]): [string, unknown] => {
    const lower = tag.toLowerCase();
    return [Object.hasOwn(by_tag, lower) ? tag : lower, counts];
  });
  return { ...value, by_tag: Object.fromEntries(named) };
}

function withoutLostCounts(outcomes: ExperimentOutcomes, lost: readonly FieldPath[]): ExperimentOutcomes {
  const { evidence } = outcomes;
  const counts = lost.filter(([field]) => countFields.some((each) => each === field));
  if (evidence === undefined || counts.length === 0) return outcomes;
  const isLost = (tag: string) => counts.some(([field, of]) => field !== "by_tag" || (of ?? tag) === tag);
  const reason = "its counts cannot be read";
  const by_tag = Object.entries(evidence.by_tag).map(([tag, found]): [string, TagEvidence] => [
    tag,
    isLost(tag) ? { ...found, state: "no_evidence", reason } : found,
  ]);
  return { ...outcomes, evidence: { ...evidence, by_tag: Object.fromEntries(by_tag) } };
}

const countFields = ["tests_passed", "tests_failed", "by_tag"];

/**
 * Writes the outcomes of a cycle. Once it has ended, they are written durably, to survive a failure of the machine.
 * @throws CoreError `invalid_outcomes` before anything is written
 */
export async function writeOutcomes(ref: ExperimentRef, outcomes: ExperimentOutcomes): Promise<void> {
  const parsed = parseAs(outcomesSchema, outcomes, {
    code: "invalid_outcomes",
    subject: "outcomes",
    hint: "Use whole numbers for counts, and a known status.",
  });
  await writeJson(experimentPaths(ref).outcomes, parsed, { durable: parsed.status !== "running" });
}

/** True if a cycle has been recorded, even if the record is unreadable. */
export function hasOutcomes(ref: ExperimentRef): boolean {
  return existsSync(experimentPaths(ref).outcomes);
}

/** True if a run measured the tag. */
export function isMeasured(evidence: Pick<Evidence, "by_tag"> | undefined, tag: string): boolean {
  return ownValue(evidence?.by_tag, tag)?.state === "evidence";
}
