import { setTimeout as sleep } from "node:timers/promises";
import type { RunQueue } from "../../../schemas/run.ts";
import { ignoreCoreError } from "../../utils/core-error.ts";
import type { Sql } from "../database/connect.ts";
import { type Job, listRunJobs } from "../jobs.ts";
import { readQueue, summarizeForRun } from "../watch.ts";

/** The pause between two looks, in milliseconds: it grows while nothing happens. */
const shortestMs = 300;
const longestMs = 5_000;

/** A job of a run, as a look found it. */
export interface SeenJob extends Job {
  /** Why it waits. */
  reason?: string | undefined;
}

/** Looks at a run's jobs, once for all of its experiments. */
export interface JobLooks {
  /** Returns the jobs at the next look; undefined if the database does not answer. */
  next: () => Promise<readonly SeenJob[] | undefined>;
}

/** @param onQueue called when what the run sees of the queue has changed */
export function watchJobs(
  sql: Sql,
  runId: string,
  { signal, onQueue }: { signal: AbortSignal; onQueue: (queue: RunQueue) => void },
): JobLooks {
  let pauseMs = shortestMs;
  const [isJobChange, isQueueChange] = [noticeChanges(), noticeChanges()];
  let coming: Promise<readonly SeenJob[] | undefined> | undefined;
  const look = async () => {
    await sleep(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    // A network that is down for a while costs the run time, and nothing else.
    const seen = await readJobs(sql, runId).catch(ignoreCoreError);
    pauseMs = isJobChange(seen?.jobs) ? shortestMs : Math.min(longestMs, pauseMs * 1.5);
    if (seen !== undefined && isQueueChange(seen.queue)) onQueue(seen.queue);
    return seen?.jobs;
  };
  return {
    next: () => {
      coming ??= look().finally(() => {
        coming = undefined;
      });
      return coming;
    },
  };
}

function noticeChanges(): (value: unknown) => boolean {
  let last = "";
  return (value) => {
    const now = JSON.stringify(value) ?? "";
    const isChange = now !== last;
    last = now;
    return isChange;
  };
}

async function readJobs(sql: Sql, runId: string): Promise<{ jobs: SeenJob[]; queue: RunQueue }> {
  const [jobs, view] = [await listRunJobs(sql, runId), await readQueue(sql)];
  const reasons = new Map(view.jobs.map(({ id, reason }) => [id, reason]));
  return {
    jobs: jobs.map((job) => ({ ...job, reason: reasons.get(job.id) })),
    queue: summarizeForRun(view, runId),
  };
}
