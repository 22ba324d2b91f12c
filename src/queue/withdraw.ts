import * as z from "zod";
import { bossOn, type Queue, type Sql } from "./database/connect.ts";
import type { Job } from "./jobs.ts";
import { nameQueue } from "./jobs.ts";

const endedSchema = z.array(z.object({ id: z.string(), tag: z.string() }));

/** Ends a run's jobs that are still to end. Who runs one of them sees it at its next look. */
export async function cancelJobs(queue: Queue, runId: string): Promise<void> {
  await queue.transact(async (sql) => {
    const text = `
      update lakebase_queue.job set state = 'cancelled', ended_at = now()
      where run_id = $1 and state in ('waiting', 'ready', 'active') returning id, tag`;
    const ended = endedSchema.parse((await sql.query(text, [runId])).rows);
    for (const { id, tag } of ended) await queue.boss.cancel(nameQueue(tag), id, { db: bossOn(sql) });
  });
}

/** Ends some jobs of one experiment, which would all come to the same. */
export async function cancelTags(queue: Queue, jobs: readonly Pick<Job, "id" | "tag">[]): Promise<void> {
  await queue.transact(async (sql) => {
    for (const { id, tag } of jobs) {
      const text = "update lakebase_queue.job set state = 'cancelled', ended_at = now() where id = $1";
      await sql.query(text, [id]);
      await queue.boss.cancel(nameQueue(tag), id, { db: bossOn(sql) });
    }
  });
}

/** Forgets a run with its jobs and files. What is sent for one of them later finds nothing to count for. */
export async function forgetRun(queue: Queue, runId: string): Promise<void> {
  await cancelJobs(queue, runId);
  await queue.sql.query("delete from lakebase_queue.run where run_id = $1", [runId]);
}

/** Forgets runs whose time was over a day ago, and which nobody withdrew; and workers that were not seen for a day. */
export async function forgetOld(queue: Queue): Promise<void> {
  const text = "select run_id from lakebase_queue.run where deadline < now() - interval '1 day'";
  const { rows } = await queue.sql.query(text);
  for (const { run_id } of z.array(z.object({ run_id: z.string() })).parse(rows))
    await forgetRun(queue, run_id);
  await queue.sql.query("delete from lakebase_queue.worker where seen_at < now() - interval '1 day'");
  await queue.boss.maintain();
}

/** Of some jobs, those that are still this worker's to do. */
export async function selectHeld(
  sql: Sql,
  jobs: readonly Pick<Job, "id" | "attempt">[],
): Promise<ReadonlySet<string>> {
  if (jobs.length === 0) return new Set();
  const text = `
    select job.id from lakebase_queue.job
    join unnest($1::uuid[], $2::int[]) as held (id, attempt) on held.id = job.id and held.attempt = job.attempt
    where job.state = 'active'`;
  const { rows } = await sql.query(text, [jobs.map(({ id }) => id), jobs.map(({ attempt }) => attempt)]);
  return new Set(
    z
      .array(z.object({ id: z.string() }))
      .parse(rows)
      .map(({ id }) => id),
  );
}
