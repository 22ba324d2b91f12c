import * as z from "zod";
import { planSchema } from "../../schemas/plan/plan.ts";
import { CoreError } from "../utils/core-error.ts";
import { describeError } from "../utils/describe-error.ts";
import { bossOn, type Queue, type Sql } from "./database/connect.ts";
import { type Job, jobColumns, jobSchema, nameQueue } from "./jobs.ts";
import { admitJobs } from "./limits.ts";

/** How often a job is taken before it is given up: machines that were lost with it. */
const mostAttempts = 4;

/** A worker as the queue knows it. */
export interface QueueWorker {
  id: string;
  machine: string;
  /** How many jobs it has at once at most. */
  concurrency: number;
  /** Undefined for all. */
  tags: string[] | undefined;
  /** The longest pause between two of its looks at an empty queue. */
  idle_seconds: number;
  version: string;
}

/** A job that this worker has, with what its run says of it. */
export interface TakenJob extends Job {
  run: z.infer<typeof runSchema>;
}

const runSchema = z.object({
  feature_id: z.string(),
  cycle_id: z.string(),
  project: z.string(),
  plan_fingerprint: z.string(),
  request: z.object({ plan: planSchema, repeat: z.number() }),
});

/** Takes jobs for a worker: those that others lost by their expiry, and those that the limits let go now. */
export async function takeJobs(queue: Queue, worker: QueueWorker, most: number): Promise<TakenJob[]> {
  if (most < 1) return [];
  const tags = worker.tags ?? (await listOpenTags(queue.sql));
  if (tags.length === 0) return [];
  await queue.boss.expire();
  await admitJobs(queue, tags, most);
  const taken: TakenJob[] = [];
  for (const tag of tags) {
    for (const { id, attempt } of await fetchJobs(queue, tag, most - taken.length)) {
      const job = await claim(queue, worker, id, attempt);
      if (job !== undefined) taken.push(job);
    }
  }
  return taken;
}

async function listOpenTags(sql: Sql): Promise<string[]> {
  const text = "select distinct tag from lakebase_queue.job where state in ('waiting', 'ready', 'active')";
  return z
    .array(z.object({ tag: z.string() }))
    .parse((await sql.query(text)).rows)
    .map(({ tag }) => tag);
}

const fetchedSchema = z.array(z.object({ id: z.string(), retryCount: z.number() }));

async function fetchJobs({ boss, sql }: Queue, tag: string, most: number) {
  if (most < 1) return [];
  // pg-boss takes any error here for a job that somebody else has.
  let failure: { cause: unknown } | undefined;
  const query: Sql["query"] = (...statement) =>
    sql.query(...statement).catch((cause: unknown) => {
      failure = { cause };
      throw cause;
    });
  const db = bossOn({ query });
  const found = await boss.fetch(nameQueue(tag), { batchSize: most, includeMetadata: true, db });
  if (failure !== undefined) throw failure.cause;
  return fetchedSchema.parse(found).map(({ id, retryCount }) => ({ id, attempt: retryCount + 1 }));
}

/** Writes down who has a job from now on. Undefined where it is not to be run any more. */
async function claim(
  queue: Queue,
  { id: workerId, machine, concurrency }: QueueWorker,
  id: string,
  attempt: number,
): Promise<TakenJob | undefined> {
  const { sql, boss } = queue;
  const text = `
    update lakebase_queue.job
    set state = 'active', attempt = $2, worker_id = $3, machine = $4, alone = $5, started_at = now()
    where id = $1 and state in ('ready', 'active') and attempt < $2
    returning ${jobColumns}`;
  const { rows } = await sql.query(text, [id, attempt, workerId, machine, concurrency === 1]);
  const [job] = z.array(jobSchema).parse(rows);
  if (job === undefined) return undefined;
  if (attempt > mostAttempts) {
    const lost = `${mostAttempts} machines took ${job.experiment_slug} ${job.tag} and were lost.`;
    const error = new CoreError("queue_job_lost", lost, {
      hint: "Look at the workers' machines, then run it again.",
      retryable: true,
    });
    await failJob(queue, job, error);
    return undefined;
  }
  const run = await sql.query("select * from lakebase_queue.run where run_id = $1", [job.run_id]);
  const [found] = z.array(runSchema).parse(run.rows);
  if (found !== undefined) return { ...job, run: found };
  await boss.cancel(nameQueue(job.tag), id);
  return undefined;
}

/** Ends a job that could not be run here, and that another machine could not run either. @returns whether it was still ours */
export async function failJob(
  queue: Queue,
  { id, tag, attempt }: Pick<Job, "id" | "tag" | "attempt">,
  error: unknown,
): Promise<boolean> {
  return queue.transact(async (sql) => {
    const text = `
      update lakebase_queue.job set state = 'failed', error = $3, ended_at = now()
      where id = $1 and attempt = $2 and state = 'active' returning id`;
    const { rows } = await sql.query(text, [id, attempt, JSON.stringify(describeError(error))]);
    if (rows.length === 0) return false;
    await queue.boss.complete(nameQueue(tag), id, {}, { db: bossOn(sql) });
    return true;
  });
}
