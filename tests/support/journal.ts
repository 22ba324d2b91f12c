import { planSchema } from "../../schemas/plan/plan.ts";
import type { Run, RunResult } from "../../schemas/run.ts";
import type { RunRequest } from "../../src/runs/journal/journal.ts";
import { script } from "./plans.ts";
import { nameRun } from "./records.ts";

/** A run of `exp-a` in cycle C1 that goes on. */
export function makeRun(change: Partial<Run> = {}): Run {
  return {
    run_id: nameRun("C1"),
    feature_id: "F1",
    cycle_id: "C1",
    state: "running",
    concurrency: 1,
    created_at: "2026-01-01T00:00:01.000Z",
    results: [makeResult("exp-a", { status: "running" })],
    peak_in_flight: 1,
    total_duration_ms: 0,
    budget: {
      concurrent_branches: 4,
      branches: 1,
      max_branches: 10,
      wall_clock_minutes: 30,
      minutes_left: 30,
    },
    ...change,
  };
}

export function makeResult(experiment_slug: string, change: Partial<RunResult> = {}): RunResult {
  return { experiment_slug, status: "queued", by_tag: {}, ...change };
}

/** What such a run was asked to do: its suites are `api` and `e2e`. */
export function makeRequest(change: Partial<RunRequest> = {}): RunRequest {
  const plan = planSchema.parse({ suites: { api: script(""), e2e: script("") } });
  return { plan, tags: ["api", "e2e"], repeat: 1, quiet: false, ...change };
}
