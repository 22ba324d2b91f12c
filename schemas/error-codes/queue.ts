import type { ErrorCodeEntry } from "./entry.ts";

/** The queue that runs share their suites through, or a job in it. */
export const queueErrors = {
  invalid_queue_url: {
    meaning: "`LAKEBASE_QUEUE_URL` names no queue.",
    remedy: "Set it to a `postgres://` URL, or to `lakebase://PROJECT` or `lakebase://PROJECT/BRANCH`.",
    retry: "no",
  },
  queue_code_missing: {
    meaning: "A worker could not get the commit that a job is about.",
    remedy: "Push the commit to a remote that the worker can fetch from.",
    retry: "no",
  },
  queue_code_too_large: {
    meaning: "The commits that no remote has are too large for a job to carry.",
    remedy: "Push the experiment's git branch to a remote that the workers can fetch from.",
    retry: "no",
  },
  queue_forked: {
    meaning: "The queue is on a branch that experiments are forked from, or on an experiment's.",
    remedy: "Put the queue on a database that nobody forks, such as a Lakebase project of its own.",
    retry: "no",
  },
  queue_job_lost: {
    meaning: "The workers that took the job were lost, or ended, before they sent a result.",
    remedy: "Look at the workers' machines, then run the experiment again.",
    retry: "yes",
  },
  queue_job_too_long: {
    meaning: "The suite may take longer than a job in the queue can.",
    remedy: "Lower the suite's `timeout_seconds` or `repeat`, or run it without the queue.",
    retry: "no",
  },
  queue_not_installed: {
    meaning: "`LAKEBASE_QUEUE_URL` is set, but pg-boss is not installed.",
    remedy: "Install `pg-boss@10.4.2` beside `lakebase-experiments`, or unset the variable.",
    retry: "no",
  },
  queue_other_version: {
    meaning: "A worker cannot read the plan of a run that another version started.",
    remedy: "Install the same version on the worker, then run the experiment again.",
    retry: "no",
  },
  queue_secret_in_plan: {
    meaning: "The plan contains a password or token, which must not reach the queue's tables.",
    remedy: "Name a variable of the environment instead, such as `$API_TOKEN`, and set it on each worker.",
    retry: "no",
  },
  queue_unreachable: {
    meaning: "The queue's database did not answer, or refused the login.",
    remedy: "Check `LAKEBASE_QUEUE_URL` and that the database is up.",
    retry: "yes",
  },
} as const satisfies Record<string, ErrorCodeEntry>;
