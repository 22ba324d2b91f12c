import * as z from "zod";
import { errorSchema } from "../../schemas/error.ts";
import type { RunQueue } from "../../schemas/run.ts";
import type { Context } from "../context.ts";
import { groupBy } from "../utils/group-by.ts";
import { clipText } from "../utils/text/clip-text.ts";
import { nameSome } from "../utils/text/name-some.ts";
import { openQueue, type Sql } from "./database/connect.ts";
import { openPlaces } from "./limits.ts";
import { type LiveWorker, listWorkers } from "./workers.ts";

/** A sentence names at most this many. */
const mostNamed = 5;

/** In characters. */
const longestTrouble = 300;

/** A job that runs or waits. */
interface OpenJob {
  id: string;
  run_id: string;
  feature_id: string;
  experiment_slug: string;
  tag: string;
  /** The worker that runs it; undefined while it waits. */
  machine?: string;
  /** Why it waits, as in `the feature's limit is reached`. */
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
  project: z.string(),
  machine: z.string().nullable(),
  /** The workers that could not run it. */
  refused_by: z.array(z.string()),
  error: errorSchema.nullable(),
});
type Row = z.infer<typeof rowSchema>;

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

/** Reads the queue: its workers, and the jobs that run or wait. */
export async function readQueue(sql: Sql): Promise<QueueView> {
  const workers = await listWorkers(sql);
  const taken = await sql.query(`
    select job.id, run_id, feature_id, experiment_slug, tag, project, refused_by, error,
      case when job.state = 'active' then job.machine end as machine
    from lakebase_queue.job join lakebase_queue.run using (run_id)
    where job.state in ('ready', 'active') order by place`);
  const waiting = await sql.query(
    `${openPlaces} select look.*, deadline < now() as is_over from look order by created_at, place`,
  );
  const offered = z.array(rowSchema).parse(taken.rows);
  return {
    workers,
    jobs: [
      ...offered.map((row) =>
        row.machine === null
          ? { ...nameJob(row), reason: describeWait(row, workers) }
          : { ...nameJob(row), machine: row.machine },
      ),
      ...z
        .array(waitingSchema)
        .parse(waiting.rows)
        .map((row) => ({ ...nameJob(row), reason: describeLimit(row) ?? describeWait(row, workers) })),
    ],
  };
}

function nameJob({ id, run_id, feature_id, experiment_slug, tag }: Row) {
  return { id, run_id, feature_id, experiment_slug, tag };
}

function describeLimit(row: WaitingRow): string | undefined {
  if (row.is_over) return "its run's time is over";
  if (row.branch_busy) return "another suite runs on its branch";
  if (row.run_full) return "the run's limit is reached";
  if (row.feature_full) return "the feature's limit is reached";
  return row.project_full ? "the project's limit is reached" : undefined;
}

/** What a job waits for that no limit keeps, and who could not run it. */
function describeWait(row: Row, workers: readonly LiveWorker[]): string {
  const { machine, error } = row;
  const refused =
    row.refused_by.length === 0 ? "" : `; ${machine ?? "a worker"} could not run it (${error?.code})`;
  return `${describeWorkers(row, workers)}${refused}`;
}

function describeWorkers({ tag, project, refused_by }: Row, workers: readonly LiveWorker[]): string {
  if (workers.length === 0) return "no worker is there";
  const near = workers.filter((worker) => worker.project === project);
  if (near.length === 0) return `no worker uses the Lakebase project ${project}`;
  const able = near.filter(({ tags }) => tags?.includes(tag) ?? true);
  if (able.length === 0) return `no worker takes ${tag}`;
  const open = able.filter(({ id }) => !refused_by.includes(id));
  if (open.length === 0) return "no other worker is there";
  if (open.every(({ trouble }) => trouble !== null)) return "every worker that takes it is paused";
  const isBusy = open.every(
    ({ running, concurrency, trouble }) => trouble !== null || running >= concurrency,
  );
  return isBusy ? "every worker is busy" : "a worker is about to take it";
}

/** Describes a queue: `3 workers (build-1/81, build-2/14, vm/9), 4 jobs running, 12 waiting`. */
function describeQueue({ workers, jobs }: QueueView): string {
  const running = jobs.filter(({ machine }) => machine !== undefined).length;
  const names = nameSome([...new Set(workers.map(({ machine }) => machine))], mostNamed);
  const who = workers.length === 0 ? "no worker" : `${count(workers.length, "worker")} (${names})`;
  return `${who}, ${count(running, "job")} running, ${jobs.length - running} waiting`;
}

/**
 * Describes what a feature has in the queue: a line for the whole queue, one for each paused worker, and one for each
 * thing that the feature's jobs are doing or waiting for. Empty if it has no jobs there.
 */
export function describeFeatureJobs(view: QueueView, featureId: string): string[] {
  const states = new Map<string, string[]>();
  for (const { feature_id, experiment_slug, tag, machine, reason } of view.jobs) {
    if (feature_id !== featureId) continue;
    const state = machine === undefined ? `waiting, as ${reason}` : `running on ${machine}`;
    states.set(state, [...(states.get(state) ?? []), `${experiment_slug} ${tag}`]);
  }
  const lines = [...states].map(([state, names]) => `${nameSome(names, mostNamed)}: ${state}`);
  if (lines.length === 0) return [];
  return [`the queue has ${describeQueue(view)}`, ...view.workers.flatMap(describePause), ...lines];
}

/** As in `worker build-2/4711 is paused (not_authenticated): The login has expired. Log in again: …`. */
function describePause({ machine, trouble }: LiveWorker): string[] {
  if (trouble === null) return [];
  const { code, message, hint } = trouble;
  return [`worker ${machine} is paused (${code}): ${clipText(`${message} ${hint}`, longestTrouble)}`];
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

/** Lists of a run's summary have at most this many entries. */
const mostListed = 20;

/** Summarizes a queue for the journal of a run: the workers, and what its own jobs wait for. */
export function summarizeForRun({ workers, jobs }: QueueView, runId: string): RunQueue {
  const waiting = jobs.filter(({ run_id, machine }) => run_id === runId && machine === undefined);
  const byReason = groupBy(waiting, ({ reason = "" }) => reason);
  return {
    workers: workers.slice(0, mostListed).map(({ machine, running, concurrency, trouble }) => ({
      ...{ name: machine, running, concurrency },
      ...(trouble !== null && { paused: clipText(`${trouble.message} (${trouble.code})`, longestTrouble) }),
    })),
    more_workers: Math.max(0, workers.length - mostListed),
    waiting: [...byReason].slice(0, mostListed).map(([reason, same]) => ({
      reason,
      count: same.length,
      jobs: same.slice(0, mostNamed).map(({ experiment_slug, tag }) => `${experiment_slug} ${tag}`),
    })),
  };
}
