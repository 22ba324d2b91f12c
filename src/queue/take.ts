import * as z from "zod";
import { planSchema } from "../../schemas/plan/plan.ts";
import { CoreError } from "../utils/core-error.ts";
import { describeIssues } from "../utils/describe-issues.ts";
import { openBoss, type Queue, type Sql } from "./database/connect.ts";
import { type Job, jobColumns, jobSchema, nameQueue } from "./jobs.ts";
import { admitJobs } from "./limits.ts";
import { failJob, giveUpRefused, refuseJob } from "./return.ts";
import type { QueueWorker } from "./workers.ts";

/** How often a job is taken by machines that are lost with it before it is given up. */
const mostLosses = 4;

/** A job that this worker has, with its run. */
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

/** Takes jobs for a worker: those that others lost, by their expiry, and those that the limits now admit. */
export async function takeJobs(queue: Queue, worker: QueueWorker, most: number): Promise<TakenJob[]> {
  if (most < 1) return [];
  const tags = worker.tags ?? (await listOpenTags(queue.sql));
  if (tags.length === 0) return [];
  await queue.boss.expire();
  await giveUpRefused(queue.sql);
  await admitJobs(queue, worker, tags, most);
  const taken: TakenJob[] = [];
  for (const tag of tags) {
    for (const offer of await fetchOffers(queue, tag, most - taken.length)) {
      const job = await claim(queue, worker, offer);
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

const fetchedSchema = z.array(
  z.object({ id: z.string(), retryCount: z.number(), data: z.object({ job: z.string() }) }),
);

/** What pg-boss gave this worker. */
interface Offer {
  job: string;
  tag: string;
  delivery: string;
  /** How often this delivery was given to a worker, from 1. */
  count: number;
}

async function fetchOffers({ boss, sql }: Queue, tag: string, most: number): Promise<Offer[]> {
  if (most < 1) return [];
  // pg-boss takes any error here for a job that another worker has.
  let failure: { cause: unknown } | undefined;
  const query: Sql["query"] = (...statement) =>
    sql.query(...statement).catch((cause: unknown) => {
      failure = { cause };
      throw cause;
    });
  const db = openBoss({ query });
  const found = await boss.fetch(nameQueue(tag), { batchSize: most, includeMetadata: true, db });
  if (failure !== undefined) throw failure.cause;
  return fetchedSchema
    .parse(found)
    .map(({ id, retryCount, data: { job } }) => ({ job, tag, delivery: id, count: retryCount + 1 }));
}

/** Records who has a job from now on. Undefined if this worker is not to run it. */
async function claim(queue: Queue, worker: QueueWorker, offer: Offer): Promise<TakenJob | undefined> {
  const { sql } = queue;
  const text = `
    update lakebase_queue.job
    set state = 'active', attempt = delivered_after + $3, worker_id = $4, machine = $5, alone = $6, started_at = now()
    from lakebase_queue.run
    where ${isOffered} and project = $7 and not ($4 = any(refused_by))
    returning ${jobColumns}`;
  const { rows } = await sql.query(text, [
    ...[offer.job, offer.delivery, offer.count, worker.id, worker.machine, worker.concurrency === 1],
    worker.project,
  ]);
  const [job] = z.array(jobSchema).parse(rows);
  if (job === undefined) {
    await putBack(queue, offer);
    return undefined;
  }
  if (job.attempt - job.refused_by.length - job.given_back > mostLosses) {
    const lost = `${mostLosses} workers took ${job.experiment_slug} ${job.tag} and were lost.`;
    const error = new CoreError("queue_job_lost", lost, {
      hint: "Look at the workers' machines, then run it again.",
      retryable: true,
    });
    await failJob(queue, job, error);
    return undefined;
  }
  const run = await sql.query("select * from lakebase_queue.run where run_id = $1", [job.run_id]);
  if (run.rows.length === 0) return undefined;
  const found = runSchema.safeParse(run.rows[0]);
  if (found.success) return { ...job, run: found.data };
  await refuseJob(queue, job, worker.id, describeVersions(run.rows[0], worker, found.error));
  return undefined;
}

/** Keys of a plan that this version does not know come from a newer one. */
function describeVersions(row: unknown, { machine, version }: QueueWorker, error: z.ZodError): CoreError {
  const other = z.object({ machine: z.string() }).safeParse(row).data?.machine ?? "another machine";
  const what = `${machine} has version ${version}, which cannot read the plan: ${describeIssues(error, runSchema)}`;
  return new CoreError("queue_other_version", what, {
    hint: `Install the version of ${other}, which started the run, on ${machine}.`,
  });
}

/** The condition that an offer is the last one made of a job. */
const isOffered = `
  run.run_id = job.run_id and job.id = $1 and job.delivery = $2 and job.attempt < job.delivered_after + $3
  and job.state in ('ready', 'active')`;

/** pg-boss knows neither projects nor refusals: a job that this worker may not take waits for another one. */
async function putBack(queue: Queue, { job, tag, delivery, count }: Offer): Promise<void> {
  await queue.transact(async (sql) => {
    const text = `
      update lakebase_queue.job set state = 'waiting', worker_id = null
      from lakebase_queue.run where ${isOffered}`;
    await sql.query(text, [job, delivery, count]);
    await queue.boss.cancel(nameQueue(tag), delivery, { db: openBoss(sql) });
  });
}
