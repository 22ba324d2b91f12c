import type { ComparisonReport } from "../../schemas/comparison/comparison.ts";

/** Explains how to measure if nothing was measured, or how to measure enough if samples are missing. */
export function adviseOnMetrics({ metrics }: ComparisonReport): string | undefined {
  if (metrics.length === 0)
    return (
      "No metric was measured. A suite measures by writing metrics.json into its ARTIFACTS_DIR: " +
      '[{"name":"checkout p50","samples":[41.8,40.2,43.1,40.9,41.5],"unit":"ms","better":"lower"}]. ' +
      "Then call run_experiments with quiet: true. decide_by in plan.json names the metric that decides."
    );
  const isShort = metrics.some(
    ({ measured }) => measured.length > 1 && measured.some((each) => each.missing_samples !== undefined),
  );
  if (!isShort) return undefined;
  return "Some have too few samples to show a difference: write more into metrics.json, or call run_experiments with repeat and quiet: true.";
}
