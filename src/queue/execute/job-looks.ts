import { setTimeout as sleep } from "node:timers/promises";
import { ignoreCoreError } from "../../utils/core-error.ts";
import type { Sql } from "../database/connect.ts";
import { type Job, listRunJobs } from "../jobs.ts";
import { readQueue } from "../watch.ts";

/** Between two looks, in milliseconds: short while something happens, and longer the longer nothing does. */
const shortestMs = 300;
const longestMs = 5_000;

/** A job of a run at a look. */
export interface SeenJob extends Job {
  /** Why it waits. */
  reason?: string | undefined;
}

/** Looks at a run's jobs, for all of its experiments together. */
export interface JobLooks {
  /** The jobs at the next look. Where the database does not answer, none; it is asked again the next time. */
  next: () => Promise<readonly SeenJob[]>;
}

export function watchJobs(sql: Sql, runId: string, signal: AbortSignal): JobLooks {
  let pauseMs = shortestMs;
  let last = "";
  let coming: Promise<readonly SeenJob[]> | undefined;
  const look = async () => {
    await sleep(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    // A network that is away for a while costs the run its time, and nothing else.
    const jobs = (await readJobs(sql, runId).catch(ignoreCoreError)) ?? [];
    const now = JSON.stringify(jobs);
    pauseMs = now === last ? Math.min(longestMs, pauseMs * 1.5) : shortestMs;
    last = now;
    return jobs;
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

async function readJobs(sql: Sql, runId: string): Promise<SeenJob[]> {
  const jobs = await listRunJobs(sql, runId);
  const isWaiting = jobs.some(({ state }) => state === "waiting" || state === "ready");
  if (!isWaiting) return jobs;
  const reasons = new Map((await readQueue(sql)).jobs.map(({ id, reason }) => [id, reason]));
  return jobs.map((job) => ({ ...job, reason: reasons.get(job.id) }));
}
