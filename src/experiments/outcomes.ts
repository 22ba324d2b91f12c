import { existsSync } from "node:fs";
import { type ExperimentOutcomes, outcomesSchema } from "../../schemas/outcomes.ts";
import { readRecord, writeJson } from "../utils/json.ts";
import { parseAs } from "../utils/parse.ts";
import { type ExperimentRef, experimentPaths } from "./layout.ts";

/**
 * What an experiment's last cycle showed, or undefined where it has no record yet.
 * @throws CoreError `record_unreadable`
 */
export function readOutcomes(ref: ExperimentRef): Promise<ExperimentOutcomes | undefined> {
  return readRecord(experimentPaths(ref).outcomes, outcomesSchema);
}

/** @throws CoreError `invalid_outcomes` before anything is written */
export async function writeOutcomes(ref: ExperimentRef, outcomes: ExperimentOutcomes): Promise<void> {
  const parsed = parseAs(outcomesSchema, outcomes, {
    code: "invalid_outcomes",
    subject: "outcomes",
    hint: "Give counts as whole numbers, and a known status.",
  });
  await writeJson(experimentPaths(ref).outcomes, parsed);
}

/** Whether a cycle has been recorded; also true of a record that cannot be read. */
export function hasOutcomes(ref: ExperimentRef): boolean {
  return existsSync(experimentPaths(ref).outcomes);
}
