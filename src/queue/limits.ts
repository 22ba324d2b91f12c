import { randomUUID } from "node:crypto";
import * as z from "zod";
import type { Queue, Sql } from "./database/connect.ts";
import { bossSchema } from "./database/tables.ts";
import { offerJob } from "./enqueue.ts";
import type { QueueWorker } from "./workers.ts";

const admittedSchema = z.array(z.object({ id: z.string(), tag: z.string(), seconds: z.number() }));

/**
 * Admits waiting jobs that a worker may take, oldest run first, as far as the limits over all machines allow: one job on
 * a branch at a time, and no more than their runs allow in the run, the feature and the project. Workers decide one at a
 * time, so that no two fill the same place.
 * @param most how many the worker has room for
 */
export async function admitJobs(
  queue: Queue,
  worker: QueueWorker,
  tags: readonly string[],
  most: number,
): Promise<void> {
  if (most < 1 || tags.length === 0) return;
  await queue.transact(async (sql) => {
    await sql.query("select pg_advisory_xact_lock(hashtext('lakebase_queue.limits'))");
    await takeBackUnclaimed(sql);
    for (let count = 0; count < most; count++) {
      const admitted = await findAdmissible(sql, worker, tags);
      if (admitted === undefined) return;
      const delivery = randomUUID();
      const text = `
        update lakebase_queue.job set state = 'ready', delivery = $2, delivered_after = attempt where id = $1`;
      await sql.query(text, [admitted.id, delivery]);
      await offerJob(queue, sql, { ...admitted, delivery });
    }
  });
}

/** In seconds: between getting an offer and claiming its job, a worker asks the database only for other offers. */
const claimSeconds = 60;

/** Takes back what pg-boss gave to workers that were lost, or lost their connection, before they had claimed it. */
async function takeBackUnclaimed(sql: Sql): Promise<void> {
  const text = `
    update lakebase_queue.job set state = 'waiting' from ${bossSchema}.job offer
    where job.state = 'ready' and offer.id = job.delivery and offer.state = 'active'
      and offer.started_on < now() - $1 * interval '1 second'`;
  await sql.query(text, [claimSeconds]);
}

/** What each waiting job may be waiting for, as the relation `look`. */
export const openPlaces = `
  with busy as (
    select job.run_id, job.branch, run.project, run.feature_id
    from lakebase_queue.job join lakebase_queue.run using (run_id)
    where job.state in ('ready', 'active')
  ), look as (
    select job.id, job.run_id, job.experiment_slug, job.tag, job.seconds, job.place,
      job.refused_by, job.machine, job.error, run.project, run.feature_id, run.created_at, run.deadline,
      exists (select from busy where busy.project = run.project and busy.branch = job.branch) as branch_busy,
      (select count(*) from busy where busy.project = run.project) >= run.most_in_project as project_full,
      (select count(*) from busy where busy.project = run.project and busy.feature_id = run.feature_id)
        >= run.most_in_feature as feature_full,
      (select count(*) from busy where busy.run_id = job.run_id) >= run.most_in_run as run_full
    from lakebase_queue.job join lakebase_queue.run using (run_id)
    where job.state = 'waiting'
  )`;

async function findAdmissible(sql: Sql, worker: QueueWorker, tags: readonly string[]) {
  const text = `${openPlaces}
    select id, tag, seconds from look
    where tag = any($1) and project = $2 and not ($3 = any(refused_by)) and deadline > now()
      and not (branch_busy or project_full or feature_full or run_full)
    order by created_at, place limit 1`;
  return admittedSchema.parse((await sql.query(text, [tags, worker.project, worker.id])).rows)[0];
}
