import type { ExperimentOutcomes } from "../../../schemas/experiment/outcomes.ts";
import { casesFileSchema, type ReportCase } from "../../../schemas/plan/report.ts";
import { artifactPath, casesName, type ExperimentRef } from "../../experiments/layout.ts";
import { isWholeCase } from "../../experiments/outcomes/merge-cases.ts";
import { readRecord } from "../../utils/files/json.ts";
import { ownValue } from "../../utils/own-value.ts";

/**
 * The tests of a tag that failed when its suite ran last; none where no record tells. A case that stands for more than
 * a test is none.
 * @param outcomes as that run left them
 */
export async function readFailedCases(
  ref: ExperimentRef,
  { evidence }: ExperimentOutcomes,
  tag: string,
): Promise<ReportCase[]> {
  const cycle_id = ownValue(evidence?.by_tag ?? {}, tag)?.source?.cycle_id ?? evidence?.cycle_id;
  if (cycle_id === undefined) return [];
  const path = artifactPath(ref, cycle_id, casesName(tag));
  // A list that cannot be read costs the quick look alone.
  const file = await readRecord(path, casesFileSchema).catch(() => undefined);
  return (file?.cases ?? []).filter((each) => each.status === "failed" && !isWholeCase(each));
}
