import { setTimeout as sleep } from "node:timers/promises";
import PQueue from "p-queue";
import packageJson from "../../../package.json" with { type: "json" };
import type { Context } from "../../context.ts";
import { type CoreError, getMessage } from "../../utils/core-error.ts";
import { identifySelf } from "../../utils/processes/process-identity.ts";
import { openQueue, type Queue } from "../database/connect.ts";
import { listOwnJobs } from "../jobs.ts";
import { nameMachine } from "../machine.ts";
import { giveBack } from "../return.ts";
import { type TakenJob, takeJobs } from "../take.ts";
import { forgetOld } from "../withdraw.ts";
import { type QueueWorker, removeWorker, seeWorker } from "../workers.ts";
import { type Area, endRuns, enterArea, openArea } from "./area.ts";
import { carryOut, type JobEnd, JobEnded } from "./carry-out.ts";
import { startGuard } from "./guard.ts";
import { Pauses } from "./pause.ts";
import { pruneWorktrees } from "./prune-worktrees.ts";
import { findScope } from "./worker-trouble.ts";

/** The pause between two looks while a job runs, in milliseconds: a cancelled job goes on for at most this long. */
const busyPauseMs = 1_000;

/** The first pause at an empty queue, in milliseconds; each further one is twice as long, up to the worker's longest. */
const firstPauseMs = 500;

/** How often old runs and workers are removed from the queue, in milliseconds. */
const tidyEveryMs = 3_600_000;

export interface WorkOptions {
  /** How many jobs it runs at once. */
  concurrency: number;
  /** Undefined for all. */
  tags: string[] | undefined;
  /** The longest pause between two looks at an empty queue, in seconds. */
  idleSeconds: number;
  /** Ends the work: jobs that are running go back to the queue. */
  signal: AbortSignal;
  tell: (line: string) => void;
  /** For lines that somebody should act on. */
  warn: (line: string) => void;
}

/** A job that this worker has. */
interface HeldJob {
  job: TakenJob;
  controller: AbortController;
  done: Promise<void>;
}

/**
 * Works on the queue until the signal: takes jobs, runs each as a run of the area, and sends the result.
 * @throws CoreError whatever `openQueue` and `openArea` throw
 */
export async function workOnQueue(
  context: Context & { queue_url: string },
  options: WorkOptions,
): Promise<void> {
  const queue = await openQueue(context, context.queue_url);
  const area = await openArea(context).catch(async (error: unknown) => {
    await queue.close();
    throw error;
  });
  const inside = enterArea(context, area);
  const worker = await nameWorker(context, options);
  const guard = startGuard(inside, { workerId: worker.id, queueUrl: context.queue_url });
  try {
    await endRuns(inside);
    await pruneWorktrees(area, () => false);
    await new Work({ queue, area, context, worker }, options).run();
  } finally {
    guard.dismiss();
    area.release();
    await queue.close();
  }
}

/** What a worker works with. */
interface WorkPlace {
  queue: Queue;
  area: Area;
  context: Context;
  worker: QueueWorker;
}

class Work {
  readonly #place: WorkPlace;
  readonly #options: WorkOptions;
  readonly #held = new Map<string, HeldJob>();
  /** Jobs prepare the area one at a time, because several may belong to one feature or experiment. */
  readonly #placing = new PQueue({ concurrency: 1 });
  #pauseMs = firstPauseMs;
  #tidied = Number.NEGATIVE_INFINITY;
  #wake = () => {};
  readonly #pauses = new Pauses();

  constructor(place: WorkPlace, options: WorkOptions) {
    this.#place = place;
    this.#options = options;
  }

  async run(): Promise<void> {
    const { signal, tell, warn, concurrency } = this.#options;
    const { queue, worker } = this.#place;
    const at = concurrency === 1 ? "one job" : `${concurrency} jobs`;
    tell(`Worker ${worker.machine} takes jobs from the queue, ${at} at a time.`);
    while (!signal.aborted) {
      await this.#look().catch((error: unknown) => {
        warn(`The queue could not be read: ${getMessage(error)}`);
        this.#lengthenPause();
      });
      await this.#rest();
    }
    for (const { controller } of this.#held.values()) controller.abort(new JobEnded("left"));
    await Promise.all([...this.#held.values()].map(({ done }) => done));
    await removeWorker(queue.sql, worker).catch(() => {});
  }

  async #look(): Promise<void> {
    const { queue, worker } = this.#place;
    const pause = this.#pauses.current;
    await seeWorker(queue.sql, worker, pause);
    await this.#settle();
    const room = pause === undefined ? this.#options.concurrency - this.#held.size : 0;
    const taken = await takeJobs(queue, worker, room);
    for (const job of taken) this.#start(job);
    if (taken.length > 0) this.#pauseMs = firstPauseMs;
    else this.#lengthenPause();
    if (performance.now() - this.#tidied < tidyEveryMs) return;
    this.#tidied = performance.now();
    await forgetOld(queue);
  }

  /** Drops the jobs that are no longer this worker's, and gives back those that it does not know it has. */
  async #settle(): Promise<void> {
    const { queue, worker } = this.#place;
    const before = [...this.#held.values()];
    const own = await listOwnJobs(queue.sql, worker.id);
    for (const { job, controller } of before)
      if (!own.some(({ id, attempt }) => id === job.id && attempt === job.attempt))
        controller.abort(new JobEnded("lost"));
    // The database failed after it had recorded that this worker takes them, or before it could be told what came of them.
    for (const job of own) if (!this.#held.has(job.id)) await giveBack(queue, job, true);
  }

  #start(job: TakenJob): void {
    const { tell } = this.#options;
    const { queue, area, context, worker } = this.#place;
    const controller = new AbortController();
    // It expired here: two suites must not share its worktree and its branch.
    const earlier = this.#held.get(job.id);
    earlier?.controller.abort(new JobEnded("lost"));
    const name = `${job.run.feature_id} ${job.experiment_slug} ${job.tag} of ${job.run_id}`;
    tell(`took ${name}`);
    const work = { context, workerId: worker.id, place: this.#inTurn, signal: controller.signal };
    const done = Promise.resolve(earlier?.done)
      .then(() => carryOut(queue, area, job, work))
      .then(async (end) => {
        tell(`${endTexts[end.how]} ${name}`);
        if (end.how === "left") await giveBack(queue, job);
        if (end.how === "sent") this.#pauses.reset();
        if (end.how === "refused" || end.how === "failed") this.#explain(end.trouble);
      })
      // No one has the job until it expires.
      .catch((error: unknown) => this.#options.warn(`could not carry out ${name}: ${getMessage(error)}`))
      .finally(async () => {
        if (this.#held.get(job.id)?.job === job) this.#held.delete(job.id);
        await this.#inTurn(() => this.#prune()).catch((error: unknown) =>
          this.#options.warn(`Old worktrees could not be removed: ${getMessage(error)}`),
        );
        this.#pauseMs = firstPauseMs;
        this.#wake();
      });
    this.#held.set(job.id, { job, controller, done });
  }

  async #prune(): Promise<void> {
    const held = [...this.#held.values()].map(({ job }) => job);
    await pruneWorktrees(this.#place.area, ({ feature_id, experiment_slug }) =>
      held.some((job) => job.run.feature_id === feature_id && job.experiment_slug === experiment_slug),
    );
  }

  /** Reports what kept a job from running, and pauses if it would keep any other job from running, too. */
  #explain(trouble: CoreError): void {
    const { code, message, hint } = trouble;
    const seconds = findScope(trouble) === "machine" ? this.#pauses.begin(trouble) : undefined;
    const pause = seconds === undefined ? "" : ` This worker takes no jobs for ${seconds} seconds.`;
    this.#options.warn(`${code}: ${message}${pause} ${hint}`);
  }

  readonly #inTurn = <Result>(task: () => Promise<Result>): Promise<Result> => this.#placing.add(task);

  /** Waits until the next look, or until a job ends and leaves room for another. */
  async #rest(): Promise<void> {
    const pause = this.#held.size > 0 ? Math.min(this.#pauseMs, busyPauseMs) : this.#pauseMs;
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    const signal = AbortSignal.any([this.#options.signal, woken.signal]);
    await sleep(pause, undefined, { signal }).catch(() => {});
  }

  #lengthenPause(): void {
    this.#pauseMs = Math.min(this.#pauseMs * 2, this.#options.idleSeconds * 1_000);
  }
}

const endTexts: Record<JobEnd["how"], string> = {
  sent: "sent",
  refused: "cannot run here: gave back",
  failed: "cannot run anywhere:",
  lost: "dropped, as cancelled or taken over,",
  left: "gave back",
};

async function nameWorker(
  { lakebase }: Context,
  { concurrency, tags, idleSeconds }: WorkOptions,
): Promise<QueueWorker> {
  const { pid, started } = await identifySelf();
  const host = nameMachine();
  return {
    id: `${host}/${pid}/${started}`,
    machine: `${host}/${pid}`,
    project: lakebase.settings.project,
    ...{ concurrency, tags },
    idle_seconds: idleSeconds,
    version: packageJson.version,
  };
}
