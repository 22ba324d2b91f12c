import type { ExperimentOutcomes } from "../../../schemas/experiment/outcomes.ts";
import { casesFileSchema, type ReportCase } from "../../../schemas/plan/report.ts";
import { artifactPath, casesName, type ExperimentRef } from "../../experiments/layout.ts";
import { isWholeCase } from "../../experiments/outcomes/merge-cases.ts";
import { readRecord } from "../../utils/files/json.ts";
import { ownValue } from "../../utils/own-value.ts";

/**
 * Lists the tests of a tag that failed when its suite last ran; empty if no record says. Cases that stand for more than
 * one test are skipped.
 * @param outcomes as that run left them
 */
export async function readFailedCases(
  ref: ExperimentRef,
  { evidence }: ExperimentOutcomes,
  tag: string,
): Promise<ReportCase[]> {
  const cycle_id = ownValue(evidence?.by_tag, tag)?.source?.cycle_id ?? evidence?.cycle_id;
  if (cycle_id === undefined) return [];
  const path = artifactPath(ref, cycle_id, casesName(tag));
  // Without a readable list, failed tests are merely not run first.
  const file = await readRecord(path, casesFileSchema).catch(() => undefined);
  return (file?.cases ?? []).filter((each) => each.status === "failed" && !isWholeCase(each));
}
