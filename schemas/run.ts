import * as z from "zod";
import { errorSchema } from "./error.ts";
import { byTagSchema } from "./experiment/outcomes.ts";

/** What a worker does instead of running suites: verify a promotion, or promote. */
const taskKindSchema = z.enum(["verification", "promotion"]);
export type TaskKind = z.infer<typeof taskKindSchema>;

/** The kind of a run that runs no suites: a worker's task, or an import of what other runs measured. */
const runKindSchema = z.enum([...taskKindSchema.options, "imported"]);

const runStateSchema = z.enum(["queued", "running", "finished", "cancelled", "interrupted"]);

/** One experiment's part in a run. */
export const runResultSchema = z.object({
  experiment_slug: z.string(),
  /**
   * `not_measured`: something other than the design prevented a suite from being measured; `error` says what.
   * `stopped`: it had started when its run was stopped or its worker died. `queued` in a run that has ended: it never
   * started.
   */
  status: z.enum(["queued", "running", "succeeded", "failed", "not_measured", "stopped"]),
  /** What it is doing: `branch`, `setup`, a tag, or `differences`, which takes up no place. */
  step: z.string().optional(),
  duration_ms: z.number().optional(),
  by_tag: byTagSchema,
  /** Tags whose suite ran without giving evidence, with the reason. */
  no_evidence: z.record(z.string(), z.string()).optional(),
  /** The tests that both passed and failed at this commit, by tag, with how often: `checkout (failed 2 of 5)`. */
  flaky: z.record(z.string(), z.array(z.string())).optional(),
  /** The result of rerunning only the failed tests first, by tag. It counts for nothing. */
  failed_first: z.record(z.string(), z.string()).optional(),
  /** The machine, or the queue's worker as `host/pid`, that ran the suite, by tag, if a bundle brought the counts. */
  machines: z.record(z.string(), z.string()).optional(),
  error: errorSchema.optional(),
});
export type RunResult = z.infer<typeof runResultSchema>;

/** What the plan allows, and what remains. */
const runBudgetSchema = z.object({
  concurrent_branches: z.number().int(),
  /** The number of branches the feature has. */
  branches: z.number().int(),
  max_branches: z.number().int(),
  wall_clock_minutes: z.number(),
  /** For the cycle, as of the last change. A run that finishes an interrupted one gets what that one had left. */
  minutes_left: z.number(),
});

/** The queue that a run sends its suites to, as the run last saw it. Long lists are cut off. */
const runQueueSchema = z.object({
  workers: z.array(
    z.object({
      /** As `host/pid`. */
      name: z.string(),
      running: z.number().int(),
      concurrency: z.number().int(),
      /** Why it takes no jobs for now; absent if it takes some. */
      paused: z.string().optional(),
    }),
  ),
  /** How many more workers there are. */
  more_workers: z.number().int(),
  /** The run's own jobs that wait, by what they wait for. */
  waiting: z.array(
    z.object({
      reason: z.string(),
      count: z.number().int(),
      /** The first of them, as in `exp-pg api`. */
      jobs: z.array(z.string()),
    }),
  ),
});
export type RunQueue = z.infer<typeof runQueueSchema>;

/** A run of a plan, as its worker last wrote it. Results are in input order. */
export const runSchema = z.object({
  run_id: z.string(),
  /** Absent if it runs suites. */
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
  /** Why the worker of an interrupted run died, if it could say so. */
  interrupted_by: errorSchema.optional(),
  /** Absent without a queue, and once the run has ended. */
  queue: runQueueSchema.optional(),
  /** What could not be ensured on this machine. */
  warnings: z.array(z.string()).optional().describe("What this machine cannot guarantee"),
  /** It only runs what failed or is not measured; absent if it runs everything that was requested. */
  only_failed: z.literal(true).optional().describe("It runs only what failed or was not measured"),
  /** The interrupted run whose cycle this one finishes. */
  resumes: z.string().optional().describe("The interrupted run whose cycle it finishes"),
});
export type Run = z.infer<typeof runSchema>;

/** True if an experiment's part in a run has not ended, whether or not it has started. */
export function isUnderWay({ status }: Pick<RunResult, "status">): boolean {
  return status === "queued" || status === "running";
}

/** Counts the experiments of a run that have ended, with any result. */
export function countEnded({ results }: Pick<Run, "results">): number {
  return results.filter((result) => !isUnderWay(result)).length;
}
