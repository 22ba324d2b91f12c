import * as z from "zod";
import type { Queue, Sql } from "./database/connect.ts";
import { offerJob } from "./enqueue.ts";

const admittedSchema = z.array(z.object({ id: z.string(), tag: z.string(), seconds: z.number() }));

/**
 * Lets waiting jobs go, oldest run first, as far as the limits allow over all machines: one job on a branch at a time,
 * and no more than their runs say in the run, the feature and the project. One worker at a time decides, so that no two
 * give the same place away.
 * @param tags of the worker that asks
 * @param most as many as it has room for
 */
export async function admitJobs(queue: Queue, tags: readonly string[], most: number): Promise<void> {
  if (most < 1 || tags.length === 0) return;
  await queue.transact(async (sql) => {
    await sql.query("select pg_advisory_xact_lock(hashtext('lakebase_queue.limits'))");
    for (let count = 0; count < most; count++) {
      const admitted = await findAdmissible(sql, tags);
      if (admitted === undefined) return;
      await sql.query("update lakebase_queue.job set state = 'ready' where id = $1", [admitted.id]);
      await offerJob(queue, sql, admitted);
    }
  });
}

/** What waits for each job, as a relation over all that are waiting; no rows where it may go. */
export const openPlaces = `
  with busy as (
    select job.run_id, job.branch, run.project, run.feature_id
    from lakebase_queue.job join lakebase_queue.run using (run_id)
    where job.state in ('ready', 'active')
  ), look as (
    select job.id, job.run_id, job.experiment_slug, job.tag, job.seconds, job.place,
      run.feature_id, run.created_at, run.deadline,
      exists (select from busy where busy.project = run.project and busy.branch = job.branch) as branch_busy,
      (select count(*) from busy where busy.project = run.project) >= run.most_in_project as project_full,
      (select count(*) from busy where busy.project = run.project and busy.feature_id = run.feature_id)
        >= run.most_in_feature as feature_full,
      (select count(*) from busy where busy.run_id = job.run_id) >= run.most_in_run as run_full
    from lakebase_queue.job join lakebase_queue.run using (run_id)
    where job.state = 'waiting'
  )`;

async function findAdmissible(sql: Sql, tags: readonly string[]) {
  const text = `${openPlaces}
    select id, tag, seconds from look
    where tag = any($1) and deadline > now()
      and not (branch_busy or project_full or feature_full or run_full)
    order by created_at, place limit 1`;
  return admittedSchema.parse((await sql.query(text, [tags])).rows)[0];
}
