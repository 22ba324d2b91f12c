import * as z from "zod";
import type { Context } from "../context.ts";
import { readRun } from "../runs/journal/journal.ts";
import { longestTimerMs } from "../utils/longest-timer.ts";
import { openQueue, type Queue } from "./database/connect.ts";
import { whenReachable } from "./database/when-reachable.ts";
import type { Job } from "./jobs.ts";
import { withdrawOffer } from "./return.ts";

const endedSchema = z.array(z.object({ id: z.string(), tag: z.string(), delivery: z.string().nullable() }));

/** Cancels a run's jobs that have not ended. A worker that runs one of them notices at its next look. */
export async function cancelJobs(queue: Queue, runId: string): Promise<void> {
  await queue.transact(async (sql) => {
    const text = `
      update lakebase_queue.job set state = 'cancelled', ended_at = now()
      where run_id = $1 and state in ('waiting', 'ready', 'active') returning id, tag, delivery`;
    for (const job of endedSchema.parse((await sql.query(text, [runId])).rows))
      await withdrawOffer(queue, sql, job);
  });
}

/** Cancels some jobs of one experiment, which could only repeat a result that is known. */
export async function cancelTags(
  queue: Queue,
  jobs: readonly Pick<Job, "id" | "tag" | "delivery">[],
): Promise<void> {
  await queue.transact(async (sql) => {
    for (const job of jobs) {
      const text = "update lakebase_queue.job set state = 'cancelled', ended_at = now() where id = $1";
      await sql.query(text, [job.id]);
      await withdrawOffer(queue, sql, job);
    }
  });
}

/** Removes a run with its jobs and files. A result that is sent for one of them later does not count. */
export async function forgetRun(queue: Queue, runId: string): Promise<void> {
  await cancelJobs(queue, runId);
  await queue.sql.query("delete from lakebase_queue.run where run_id = $1", [runId]);
}

/** Removes a run whose own process died. @throws CoreError as `openQueue` does */
export async function withdrawRun(
  context: Pick<Context, "workspace" | "lakebase"> & { queue_url: string },
  runId: string,
): Promise<void> {
  const { budget } = await readRun(context.workspace, runId);
  await beforeDeadline(async () => {
    const queue = await openQueue(context, context.queue_url);
    await forgetRun(queue, runId).finally(queue.close);
  }, budget.minutes_left);
}

/**
 * Does something for a run that has ended as soon as the queue's database answers, unless its deadline comes first:
 * after that, no worker begins its jobs, and workers remove what is left of it.
 */
export async function beforeDeadline(task: () => Promise<void>, minutes_left: number): Promise<void> {
  const signal = AbortSignal.timeout(Math.min(minutes_left * 60_000, longestTimerMs));
  await whenReachable(task, { signal });
}

/** Removes runs that nobody withdrew within a day of their deadline, and workers that were not seen for a day. */
export async function forgetOld(queue: Queue): Promise<void> {
  const text = "select run_id from lakebase_queue.run where deadline < now() - interval '1 day'";
  const { rows } = await queue.sql.query(text);
  for (const { run_id } of z.array(z.object({ run_id: z.string() })).parse(rows))
    await forgetRun(queue, run_id);
  await queue.sql.query("delete from lakebase_queue.worker where seen_at < now() - interval '1 day'");
  await queue.boss.maintain();
}
