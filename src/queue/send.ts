import * as z from "zod";
import { bossOn, type Queue } from "./database/connect.ts";
import { putFile } from "./database/files.ts";
import { type Job, jobColumns, jobSchema, nameQueue } from "./jobs.ts";
import { forgetWorker } from "./workers.ts";

/** The name of a job's bundle among the files of its run. */
export function nameBundle(jobId: string): string {
  return `bundle/${jobId}`;
}

/**
 * Sends what a job came to. All of it counts, or nothing: where the job was given to another worker meanwhile, or its
 * run is over, nothing is kept.
 * @param path of its bundle
 * @returns whether it counts
 */
export async function sendResult(
  queue: Queue,
  { id, run_id, tag, attempt }: Pick<Job, "id" | "run_id" | "tag" | "attempt">,
  path: string,
): Promise<boolean> {
  return queue.transact(async (sql) => {
    const text = `
      update lakebase_queue.job set state = 'done', ended_at = now()
      where id = $1 and attempt = $2 and state = 'active' returning id`;
    if ((await sql.query(text, [id, attempt])).rows.length === 0) return false;
    await putFile(sql, run_id, nameBundle(id), path);
    await queue.boss.complete(nameQueue(tag), id, {}, { db: bossOn(sql) });
    return true;
  });
}

/** Gives all jobs of a worker back that is gone. */
export async function giveBackAll(queue: Queue, workerId: string): Promise<void> {
  const text = `select ${jobColumns} from lakebase_queue.job where worker_id = $1 and state = 'active'`;
  const jobs = z.array(jobSchema).parse((await queue.sql.query(text, [workerId])).rows);
  for (const job of jobs) await giveBack(queue, job);
  await forgetWorker(queue.sql, { id: workerId });
}

/** Gives a job back, for another worker to take at once. */
export async function giveBack(
  queue: Queue,
  { id, tag, attempt }: Pick<Job, "id" | "tag" | "attempt">,
): Promise<void> {
  await queue.transact(async (sql) => {
    const text = `
      update lakebase_queue.job set state = 'ready', worker_id = null, machine = null
      where id = $1 and attempt = $2 and state = 'active' returning id`;
    if ((await sql.query(text, [id, attempt])).rows.length === 0) return;
    await queue.boss.fail(nameQueue(tag), id, {}, { db: bossOn(sql) });
  });
}
