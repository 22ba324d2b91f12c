import type { Plan } from "../../schemas/plan/plan.ts";
import type { Suite } from "../../schemas/plan/suite.ts";
import { setupSeconds } from "../runs/suite/suite.ts";
import { prepareSeconds } from "../runs/worktree/prepare-worktree.ts";
import { CoreError } from "../utils/core-error.ts";
import { ensureQueues, openBoss, type Queue, type Sql } from "./database/connect.ts";
import { type Job, nameQueue } from "./jobs.ts";
import { refuseSecrets } from "./plan-secrets.ts";

/** What preparing a worktree and sending the result may take in addition to the suite, in seconds. */
const graceSeconds = 120;
/** For creating, waking and removing a fresh branch. */
const forkSeconds = 600;

/** The longest that pg-boss lets a job take, in seconds. */
const longestSeconds = 86_400;

/** A run, as the queue knows it. */
export interface QueuedRun {
  run_id: string;
  project: string;
  feature_id: string;
  cycle_id: string;
  /** The machine that it was started on. */
  machine: string;
  request: { plan: Plan; repeat: number };
  plan_fingerprint: string;
  /** How many jobs of its project, of its feature, and of the run itself may be active at once, over all machines. */
  most_in_project: number;
  most_in_feature: number;
  most_in_run: number;
  /** After how many minutes none of its jobs begins any more. */
  minutes: number;
}

/** What a job is created from. */
export type NewJob = Pick<
  Job,
  | (
      | "id"
      | "run_id"
      | "experiment_slug"
      | "tag"
      | "branch"
      | "branch_uid"
      | "git_branch"
      | "commit"
      | "base_commit"
    )
  | ("code_file" | "failed_cases" | "seconds")
>;

/** Records a run that is about to send jobs. @throws CoreError `queue_secret_in_plan` */
export async function enqueueRun(queue: Queue, run: QueuedRun): Promise<void> {
  const { plan } = run.request;
  // The plan may have changed since the caller checked it.
  refuseSecrets(plan);
  await ensureQueues(queue, Object.keys(plan.suites).map(nameQueue));
  const text = `
    insert into lakebase_queue.run (run_id, project, feature_id, cycle_id, machine, request, plan_fingerprint,
      most_in_project, most_in_feature, most_in_run, deadline)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, now() + $11 * interval '1 minute')`;
  const request = JSON.stringify(run.request);
  await queue.sql.query(text, [
    ...[run.run_id, run.project, run.feature_id, run.cycle_id, run.machine, request, run.plan_fingerprint],
    ...[run.most_in_project, run.most_in_feature, run.most_in_run, run.minutes],
  ]);
}

/**
 * Adds the suites of one experiment to the queue, each as a job that waits until the limits admit it. Those that it has
 * already stay as they are.
 */
export async function enqueueJobs(queue: Queue, jobs: readonly NewJob[]): Promise<void> {
  await queue.transact(async (sql) => {
    for (const job of jobs) {
      const text = `
        insert into lakebase_queue.job
          (id, run_id, experiment_slug, tag, branch, branch_uid, git_branch, commit, base_commit, code_file, failed_cases, seconds)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        on conflict (id) do nothing`;
      await sql.query(text, [
        ...[job.id, job.run_id, job.experiment_slug, job.tag, job.branch, job.branch_uid],
        ...[job.git_branch, job.commit, job.base_commit, job.code_file],
        ...[JSON.stringify(job.failed_cases), job.seconds],
      ]);
    }
  });
}

/** Has pg-boss offer a job to workers, in the transaction that admitted it. */
export async function offerJob(
  { boss }: Queue,
  sql: Sql,
  { id, tag, seconds, delivery }: Pick<Job, "id" | "tag" | "seconds"> & { delivery: string },
): Promise<void> {
  // How often it is tried is decided when it is taken.
  const options = {
    ...{ id: delivery, expireInSeconds: seconds, retryLimit: 1_000, retryDelay: 0, retryBackoff: false },
  };
  const sent = await boss.send(nameQueue(tag), { job: id }, { ...options, db: openBoss(sql) });
  if (sent === null) throw new Error(`pg-boss did not take the job ${id} of ${tag}.`);
}

/**
 * Returns how long a worker may have a job before it goes to another one, in seconds: never less than what its suite may
 * take there, with everything that comes before and after it.
 * @throws CoreError `queue_job_too_long`
 */
export function limitJob(plan: Plan, tag: string, suite: Suite, repeat: number): number {
  const prepare = (plan.worktrees?.prepare?.length ?? 0) * prepareSeconds;
  const setup = (plan.setup?.length ?? 0) * setupSeconds;
  const seconds = graceSeconds + prepare + setup + limitSuite(suite, repeat, setup);
  if (seconds <= longestSeconds) return seconds;
  const what = `The suite ${tag} may take ${seconds} s, with everything that comes before and after it; a job in the queue may take ${longestSeconds} s.`;
  throw new CoreError("queue_job_too_long", what, {
    hint: "Lower the suite's timeout_seconds or repeat, or unset LAKEBASE_QUEUE_URL for this run.",
  });
}

/**
 * The built-in suite runs the setup twice. A suite that fails may be run once more on a fresh branch, after the setup
 * there.
 */
function limitSuite(suite: Suite, repeat: number, setup: number): number {
  if ("builtin" in suite) return forkSeconds + 2 * setup;
  const { timeout_seconds, retry_on_fresh_branch } = suite;
  return (
    repeat * timeout_seconds + (retry_on_fresh_branch === true ? forkSeconds + setup + timeout_seconds : 0)
  );
}
