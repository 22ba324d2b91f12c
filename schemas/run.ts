import * as z from "zod";
import { errorSchema } from "./error.ts";
import { byTagSchema } from "./experiment/outcomes.ts";

/** What a worker does instead of running suites: it verifies a promotion, or promotes. */
const taskKindSchema = z.enum(["verification", "promotion"]);
export type TaskKind = z.infer<typeof taskKindSchema>;

/** What a run is that runs no suites of its own: a worker's task, or the import of what other runs measured. */
const runKindSchema = z.enum([...taskKindSchema.options, "imported"]);

const runStateSchema = z.enum(["queued", "running", "finished", "cancelled", "interrupted"]);

/** One experiment's part in a run. */
export const runResultSchema = z.object({
  experiment_slug: z.string(),
  /**
   * `not_measured`: something other than the design kept a suite from being measured, and `error` says what. `stopped`:
   * it had begun when its run was ended or its worker died. `queued` in a run that ended: it never began.
   */
  status: z.enum(["queued", "running", "succeeded", "failed", "not_measured", "stopped"]),
  /** What it does at the moment: `branch`, `setup`, or a tag. */
  step: z.string().optional(),
  duration_ms: z.number().optional(),
  by_tag: byTagSchema,
  /** Tags whose suite ran and proved nothing, with the reason. */
  no_evidence: z.record(z.string(), z.string()).optional(),
  /** By tag, the tests that both passed and failed at this commit, with how often: `checkout (failed 2 of 5)`. */
  flaky: z.record(z.string(), z.array(z.string())).optional(),
  /** By tag, what its failed tests came to that were run alone first. Nothing is counted from that. */
  failed_first: z.record(z.string(), z.string()).optional(),
  /** By tag, the machine that ran it, where a bundle brought it. */
  machines: z.record(z.string(), z.string()).optional(),
  error: errorSchema.optional(),
});
export type RunResult = z.infer<typeof runResultSchema>;

/** What the plan allows, and what is left of it. */
const runBudgetSchema = z.object({
  concurrent_branches: z.number().int(),
  /** How many the feature has. */
  branches: z.number().int(),
  max_branches: z.number().int(),
  wall_clock_minutes: z.number(),
  /** Of the cycle, as of the last change: a run that finishes an interrupted one has what that one left. */
  minutes_left: z.number(),
});

/** One run of a plan, as its worker last wrote it. Results stand in input order. */
export const runSchema = z.object({
  run_id: z.string(),
  /** Absent where it runs suites. */
  kind: runKindSchema.optional(),
  feature_id: z.string(),
  cycle_id: z.string(),
  state: runStateSchema,
  concurrency: z.number().int(),
  created_at: z.string(),
  results: z.array(runResultSchema),
  peak_in_flight: z.number().int(),
  total_duration_ms: z.number(),
  budget: runBudgetSchema,
  /** What ended a cancelled run: `cancel_run`, or the plan's `wall_clock_minutes`. */
  stopped_by: z.enum(["cancel_run", "wall_clock_minutes"]).optional(),
  /** Why the worker of an interrupted run died, where it could say so. */
  interrupted_by: errorSchema.optional(),
  /** What this machine keeps the run from making sure of. */
  warnings: z.array(z.string()).optional(),
  /** It runs what failed or is not measured alone; left out where it runs all that was asked for. */
  only_failed: z.literal(true).optional(),
  /** The interrupted run whose cycle this one finishes. */
  resumes: z.string().optional(),
});
export type Run = z.infer<typeof runSchema>;

/** Whether an experiment's part in a run is still to end, whether it has begun or not. */
export function isUnderWay({ status }: Pick<RunResult, "status">): boolean {
  return status === "queued" || status === "running";
}

/** How many experiments have come to an end in a run, whatever it was. */
export function countEnded({ results }: Pick<Run, "results">): number {
  return results.filter((result) => !isUnderWay(result)).length;
}
