import * as z from "zod";
import { errorSchema, type RecordedError } from "../../schemas/error.ts";
import type { Sql } from "./database/connect.ts";

/** A worker that was not seen for this long, and for three of its own pauses, counts as gone. In seconds. */
const goneAfterSeconds = 60;

/** A worker as the queue knows it. */
export interface QueueWorker {
  id: string;
  /** As `host/pid`, to tell workers on one host apart. */
  machine: string;
  /** The Lakebase project whose branches it logs in to. */
  project: string;
  /** How many jobs it runs at once. */
  concurrency: number;
  /** Undefined for all. */
  tags: string[] | undefined;
  /** The longest pause between two looks at an empty queue. */
  idle_seconds: number;
  version: string;
}

/** Why a worker takes no jobs for now. */
export interface WorkerPause {
  trouble: RecordedError;
  /** From now on. */
  seconds: number;
}

/** Records that a worker is there, and whether it is paused. */
export async function seeWorker(
  sql: Sql,
  { id, machine, project, concurrency, tags, idle_seconds, version }: QueueWorker,
  pause?: WorkerPause,
): Promise<void> {
  const text = `
    insert into lakebase_queue.worker
      (id, machine, project, concurrency, tags, idle_seconds, version, trouble, paused_until)
    values ($1, $2, $3, $4, $5, $6, $7, $8, now() + $9 * interval '1 second')
    on conflict (id) do update
    set seen_at = now(), trouble = excluded.trouble, paused_until = excluded.paused_until`;
  const trouble = pause === undefined ? null : JSON.stringify(pause.trouble);
  await sql.query(text, [
    ...[id, machine, project, concurrency, tags ?? null, idle_seconds, version],
    ...[trouble, pause?.seconds ?? null],
  ]);
}

/** Removes a worker that is gone. */
export async function removeWorker(sql: Sql, { id }: Pick<QueueWorker, "id">): Promise<void> {
  await sql.query("delete from lakebase_queue.worker where id = $1", [id]);
}

/** The condition that a row of `lakebase_queue.worker` is of a worker that is there. */
export const isLive = `worker.seen_at > now() - greatest(${goneAfterSeconds}, 3 * worker.idle_seconds) * interval '1 second'`;

const liveWorkerSchema = z.object({
  id: z.string(),
  machine: z.string(),
  project: z.string(),
  concurrency: z.number(),
  tags: z.array(z.string()).nullable(),
  /** How many jobs it is running. */
  running: z.number(),
  /** Why it takes no jobs for now; null while it takes some. */
  trouble: errorSchema.nullable(),
});
export type LiveWorker = z.infer<typeof liveWorkerSchema>;

/** Lists the workers that are there, by machine. */
export async function listWorkers(sql: Sql): Promise<LiveWorker[]> {
  const text = `
    select id, machine, project, concurrency, tags,
      (select count(*)::int from lakebase_queue.job where worker_id = worker.id and state = 'active') as running,
      case when paused_until > now() then trouble end as trouble
    from lakebase_queue.worker where ${isLive} order by machine, id`;
  return z.array(liveWorkerSchema).parse((await sql.query(text)).rows);
}
