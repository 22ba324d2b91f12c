import * as z from "zod";
import type { Sql } from "./database/connect.ts";
import type { QueueWorker } from "./take.ts";

/** A worker that was not seen for so long, and for three of its own pauses, is taken for gone. In seconds. */
const goneAfterSeconds = 60;

/** Says that a worker is there. */
export async function seeWorker(
  sql: Sql,
  { id, machine, concurrency, tags, idle_seconds, version }: QueueWorker,
): Promise<void> {
  const text = `
    insert into lakebase_queue.worker (id, machine, concurrency, tags, idle_seconds, version)
    values ($1, $2, $3, $4, $5, $6)
    on conflict (id) do update set seen_at = now()`;
  await sql.query(text, [id, machine, concurrency, tags ?? null, idle_seconds, version]);
}

/** Says that a worker is gone. */
export async function forgetWorker(sql: Sql, { id }: Pick<QueueWorker, "id">): Promise<void> {
  await sql.query("delete from lakebase_queue.worker where id = $1", [id]);
}

const liveWorkerSchema = z.object({
  machine: z.string(),
  concurrency: z.number(),
  tags: z.array(z.string()).nullable(),
  /** How many jobs it runs. */
  running: z.number(),
});
export type LiveWorker = z.infer<typeof liveWorkerSchema>;

/** The workers that are there, by machine. */
export async function listWorkers(sql: Sql): Promise<LiveWorker[]> {
  const text = `
    select machine, concurrency, tags,
      (select count(*)::int from lakebase_queue.job where worker_id = worker.id and state = 'active') as running
    from lakebase_queue.worker
    where seen_at > now() - greatest($1, 3 * idle_seconds) * interval '1 second'
    order by machine, id`;
  return z.array(liveWorkerSchema).parse((await sql.query(text, [goneAfterSeconds])).rows);
}
