import type { Run, RunResult } from "../../schemas/run.ts";

/** One experiment's part in a run: by default it succeeded with three tests. */
export const makeResult = (experiment_slug: string, result: Partial<RunResult> = {}): RunResult => ({
  experiment_slug,
  status: "succeeded",
  by_tag: { api: { passed: 3, failed: 0 } },
  ...result,
});

/** A run as its journal has it: by default a finished one. */
export const makeRun = (results: RunResult[], run: Partial<Run> = {}): Run => ({
  run_id: "run-20260101T000000-01234567",
  feature_id: "F1",
  cycle_id: "C1",
  state: "finished",
  concurrency: 2,
  created_at: "2026-01-01T00:00:00Z",
  results,
  peak_in_flight: 2,
  total_duration_ms: 12_345,
  budget: {
    concurrent_branches: 2,
    branches: 2,
    max_branches: 10,
    wall_clock_minutes: 30,
    minutes_left: 29,
  },
  ...run,
});
