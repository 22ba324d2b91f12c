import * as z from "zod";
import type { Context } from "../context.ts";
import { nameSome } from "../utils/text/name-some.ts";
import { openQueue, type Sql } from "./database/connect.ts";
import { openPlaces } from "./limits.ts";
import { type LiveWorker, listWorkers } from "./workers.ts";

/** More names than this make no sentence. */
const mostNamed = 5;

/** A job that runs or waits, and why it waits. */
interface OpenJob {
  id: string;
  run_id: string;
  feature_id: string;
  experiment_slug: string;
  tag: string;
  /** The machine that runs it; undefined while it waits. */
  machine?: string;
  /** As in `the feature's limit is reached`. */
  reason?: string;
}

/** A queue as it stands. */
export interface QueueView {
  workers: LiveWorker[];
  jobs: OpenJob[];
}

const rowSchema = z.object({
  id: z.string(),
  run_id: z.string(),
  feature_id: z.string(),
  experiment_slug: z.string(),
  tag: z.string(),
});

const waitingSchema = rowSchema.extend({
  is_over: z.boolean(),
  branch_busy: z.boolean(),
  run_full: z.boolean(),
  feature_full: z.boolean(),
  project_full: z.boolean(),
});
type WaitingRow = z.infer<typeof waitingSchema>;

/** Opens the queue for one look. @throws CoreError as `openQueue` does */
export async function viewQueue(context: Pick<Context, "lakebase">, url: string): Promise<QueueView> {
  const queue = await openQueue(context, url);
  return readQueue(queue.sql).finally(queue.close);
}

/** Looks at the queue: its workers, and the jobs that run or wait. */
export async function readQueue(sql: Sql): Promise<QueueView> {
  const workers = await listWorkers(sql);
  const taken = await sql.query(`
    select job.id, run_id, feature_id, experiment_slug, tag, case when job.state = 'active' then job.machine end as machine
    from lakebase_queue.job join lakebase_queue.run using (run_id)
    where job.state in ('ready', 'active') order by place`);
  const waiting = await sql.query(
    `${openPlaces} select look.*, deadline < now() as is_over from look order by created_at, place`,
  );
  const running = z.array(rowSchema.extend({ machine: z.string().nullable() })).parse(taken.rows);
  return {
    workers,
    jobs: [
      ...running.map(({ machine, ...job }) =>
        machine === null ? { ...job, reason: describeWorkers(job.tag, workers) } : { ...job, machine },
      ),
      ...z
        .array(waitingSchema)
        .parse(waiting.rows)
        .map(({ id, run_id, feature_id, experiment_slug, tag, ...flags }) => ({
          ...{ id, run_id, feature_id, experiment_slug, tag },
          reason: describeLimit(flags) ?? describeWorkers(tag, workers),
        })),
    ],
  };
}

function describeLimit(flags: Omit<WaitingRow, keyof z.infer<typeof rowSchema>>): string | undefined {
  if (flags.is_over) return "its run's time is over";
  if (flags.branch_busy) return "another suite runs on its branch";
  if (flags.run_full) return "the run's limit is reached";
  if (flags.feature_full) return "the feature's limit is reached";
  return flags.project_full ? "the project's limit is reached" : undefined;
}

function describeWorkers(tag: string, workers: readonly LiveWorker[]): string {
  if (workers.length === 0) return "no worker is there";
  const able = workers.filter(({ tags }) => tags?.includes(tag) ?? true);
  if (able.length === 0) return `no worker takes ${tag}`;
  const isBusy = able.every(({ running, concurrency }) => running >= concurrency);
  return isBusy ? "every worker is busy" : "a worker is about to take it";
}

/** One line of a queue: `3 workers (build-1, build-2, vm), 4 jobs run, 12 wait`. */
function describeQueue({ workers, jobs }: QueueView): string {
  const running = jobs.filter(({ machine }) => machine !== undefined).length;
  const names = nameSome([...new Set(workers.map(({ machine }) => machine))], mostNamed);
  const who = workers.length === 0 ? "no worker" : `${count(workers.length, "worker")} (${names})`;
  return `${who}, ${count(running, "job")} running, ${jobs.length - running} waiting`;
}

/**
 * What a feature has in the queue: a line for all of it, then one for each thing that its jobs do or wait for. Nothing
 * where it has nothing there.
 */
export function describeFeatureJobs(view: QueueView, featureId: string): string[] {
  const states = new Map<string, string[]>();
  for (const { feature_id, experiment_slug, tag, machine, reason } of view.jobs) {
    if (feature_id !== featureId) continue;
    const state = machine === undefined ? `waiting, as ${reason}` : `running on ${machine}`;
    states.set(state, [...(states.get(state) ?? []), `${experiment_slug} ${tag}`]);
  }
  const lines = [...states].map(([state, names]) => `${nameSome(names, mostNamed)}: ${state}`);
  return lines.length === 0 ? [] : [`the queue has ${describeQueue(view)}`, ...lines];
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
