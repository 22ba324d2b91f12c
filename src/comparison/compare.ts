import type { ComparisonReport } from "../../schemas/comparison.ts";
import { listExperiments } from "../experiments/experiments.ts";
import { buildMatrix } from "./matrix.ts";
import { recommend } from "./recommend.ts";
import { readRow } from "./rows.ts";

/** The experiments of a feature side by side, and what to do next. Reads records, changes nothing. */
export async function compareExperiments({
  workspace,
  feature_id,
}: {
  /** Absolute path of the main checkout. */
  workspace: string;
  feature_id: string;
}): Promise<ComparisonReport> {
  const experiments = await listExperiments(workspace, feature_id);
  const rows = await Promise.all(experiments.map(readRow));
  return {
    feature_id,
    generated_at: new Date().toISOString(),
    rows,
    matrix: buildMatrix(rows),
    ...recommend(rows),
  };
}
