import { describeError } from "../utils/describe-error.ts";
import { openBoss, type Queue, type Sql } from "./database/connect.ts";
import { putFile } from "./database/files.ts";
import { type Job, listOwnJobs, nameQueue } from "./jobs.ts";
import { isLive, removeWorker } from "./workers.ts";

/** How many workers may refuse a job before it is given up. */
const mostRefusals = 3;

/** A job, and the attempt at it that is a worker's. */
type HeldJob = Pick<Job, "id" | "run_id" | "tag" | "attempt" | "delivery">;

/** The name of a job's bundle among the files of its run. */
export function nameBundle(jobId: string): string {
  return `bundle/${jobId}`;
}

/**
 * Sends the result of a job. It counts as a whole or not at all: if the job has been given to another worker meanwhile,
 * or its run is over, nothing is kept.
 * @param path of its bundle
 * @returns whether it counts
 */
export async function sendResult(queue: Queue, job: HeldJob, path: string): Promise<boolean> {
  return endAttempt(queue, job, { set: "state = 'done', ended_at = now()" }, async (sql) => {
    await putFile(sql, job.run_id, nameBundle(job.id), path);
    await complete(queue, sql, job);
  });
}

/** Ends a job that no other machine could run either. @returns whether it was still this worker's */
export async function failJob(queue: Queue, job: HeldJob, error: unknown): Promise<boolean> {
  const change = {
    set: "state = 'failed', error = $3, ended_at = now()",
    values: [JSON.stringify(describeError(error))],
  };
  return endAttempt(queue, job, change, (sql) => complete(queue, sql, job));
}

/** Gives a job back, for another worker to take at once. @param isLost whether its worker was lost with it */
export async function giveBack(queue: Queue, job: HeldJob, isLost = false): Promise<void> {
  const returned = isLost ? 0 : 1;
  const change = {
    set: "state = 'waiting', worker_id = null, machine = null, given_back = given_back + $3",
    values: [returned],
  };
  await endAttempt(queue, job, change, (sql) => withdrawOffer(queue, sql, job));
}

/** Gives back all jobs of a worker that is gone: it may be one of them that ended it. */
export async function giveBackAll(queue: Queue, workerId: string): Promise<void> {
  for (const job of await listOwnJobs(queue.sql, workerId)) await giveBack(queue, job, true);
  await removeWorker(queue.sql, { id: workerId });
}

/**
 * Gives back a job that a worker cannot run for reasons of its own: it goes to workers that have not tried it. If there
 * are none, or too many have tried, the job has failed for that reason.
 * @returns whether it was still this worker's
 */
export async function refuseJob(
  queue: Queue,
  job: HeldJob,
  workerId: string,
  error: unknown,
): Promise<boolean> {
  const change = {
    set: "state = 'waiting', worker_id = null, error = $3, refused_by = refused_by || $4::text",
    values: [JSON.stringify(describeError(error)), workerId],
  };
  return endAttempt(queue, job, change, async (sql) => {
    await withdrawOffer(queue, sql, job);
    await giveUpRefused(sql);
  });
}

/** Ends jobs that some workers have refused and no other worker that is there could take. */
export async function giveUpRefused(sql: Sql): Promise<void> {
  const text = `
    update lakebase_queue.job set state = 'failed', ended_at = now()
    from lakebase_queue.run
    where run.run_id = job.run_id and job.state = 'waiting' and cardinality(refused_by) > 0
      and (cardinality(refused_by) >= $1 or not exists (
        select from lakebase_queue.worker
        where ${isLive} and worker.project = run.project and not worker.id = any(job.refused_by)
          and (worker.tags is null or job.tag = any(worker.tags))))`;
  await sql.query(text, [mostRefusals]);
}

/** Changes a job if this attempt is still the one that counts, together with what has to happen along with it. */
function endAttempt(
  queue: Queue,
  { id, attempt }: HeldJob,
  { set, values = [] }: { set: string; values?: unknown[] },
  then: (sql: Sql) => Promise<void>,
): Promise<boolean> {
  return queue.transact(async (sql) => {
    const text = `
      update lakebase_queue.job set ${set} where id = $1 and attempt = $2 and state = 'active' returning id`;
    if ((await sql.query(text, [id, attempt, ...values])).rows.length === 0) return false;
    await then(sql);
    return true;
  });
}

async function complete({ boss }: Queue, sql: Sql, { tag, delivery }: HeldJob): Promise<void> {
  if (delivery !== null) await boss.complete(nameQueue(tag), delivery, {}, { db: openBoss(sql) });
}

/** Takes back pg-boss's offer of a job, if there is one. */
export async function withdrawOffer(
  { boss }: Queue,
  sql: Sql,
  { tag, delivery }: Pick<Job, "tag" | "delivery">,
): Promise<void> {
  if (delivery !== null) await boss.cancel(nameQueue(tag), delivery, { db: openBoss(sql) });
}
