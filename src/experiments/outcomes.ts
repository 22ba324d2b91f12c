import { existsSync } from "node:fs";
import { rename } from "node:fs/promises";
import { type ExperimentOutcomes, outcomesSchema } from "../../schemas/outcomes.ts";
import { parseAs } from "../parse.ts";
import { ignoreMissing, readRecord, writeJson } from "./files.ts";
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

/** Keeps what an earlier branch showed under another name, since it says nothing of the one that is there now. */
export async function setOutcomesAside(ref: ExperimentRef): Promise<void> {
  const { outcomes } = experimentPaths(ref);
  const stamp = new Date().toISOString().replace(/[-:]|\.[0-9]+/g, "");
  await rename(outcomes, outcomes.replace(/\.json$/, `.${stamp}.json`)).catch(ignoreMissing);
}
