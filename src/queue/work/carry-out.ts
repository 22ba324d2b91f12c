import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { RunResult } from "../../../schemas/run.ts";
import { writeBundle } from "../../bundles/write-bundle.ts";
import type { Context } from "../../context.ts";
import { runDirectory } from "../../experiments/layout.ts";
import { cancelRun } from "../../runs/caller/cancel.ts";
import { startRun } from "../../runs/caller/start.ts";
import { waitForRun } from "../../runs/caller/wait.ts";
import { hasEnded } from "../../runs/journal/journal.ts";
import { asCoreError, CoreError, getMessage } from "../../utils/core-error.ts";
import { asError } from "../as-error.ts";
import type { Queue } from "../database/connect.ts";
import { failJob, refuseJob, sendResult } from "../return.ts";
import type { TakenJob } from "../take.ts";
import { type Area, enterArea } from "./area.ts";
import { placeCode } from "./place-code.ts";
import { asTrouble, findRunTrouble, findScope } from "./worker-trouble.ts";

/**
 * How a job ended here. `refused`: it was given back, because of trouble that is this worker's own. `lost`: it was
 * cancelled, or another worker has it now. `left`: this worker stops.
 */
export type JobEnd =
  | { how: "sent" | "lost" | "left" }
  | { how: "refused"; trouble: CoreError }
  | { how: "failed"; trouble: CoreError };

/** The pause between two attempts to send a result that the database did not accept, in milliseconds. */
const sendPauseMs = 3_000;

/** Thrown into a job that ends before its suite does. */
export class JobEnded extends Error {
  readonly end: "lost" | "left";

  constructor(end: "lost" | "left") {
    super(`The job is ${end}.`);
    this.end = end;
  }
}

/**
 * Runs the suite of a job as a run of the area, like any other, and sends its bundle. If the job cannot be run here, it
 * goes back to the queue; if it can be run nowhere, the reason is sent instead.
 * @param place lets one job at a time prepare the area
 * @param signal aborted with a `JobEnded`
 */
export async function carryOut(
  queue: Queue,
  area: Area,
  job: TakenJob,
  {
    context,
    workerId,
    place,
    signal,
  }: {
    context: Context;
    workerId: string;
    place: <Result>(task: () => Promise<Result>) => Promise<Result>;
    signal: AbortSignal;
  },
): Promise<JobEnd> {
  const inside = enterArea(context, area);
  let runId: string | undefined;
  try {
    const run = await place(async () => {
      signal.throwIfAborted();
      await placeCode(queue, area, job, signal);
      return startRun(inside, {
        feature_id: job.run.feature_id,
        experiment_slugs: [job.experiment_slug],
        tags: [job.tag],
        cycle_id: job.run.cycle_id,
        repeat: job.run.request.repeat,
        job: { failed_cases: job.failed_cases },
      });
    });
    runId = run.run_id;
    const ended = await waitForRun({ ...inside, signal }, runId, { seconds: job.seconds, until: "end" });
    const trouble = hasEnded(ended) ? findRunTrouble(ended) : takesTooLong(job);
    if (trouble !== undefined) throw trouble;
    const path = join(area.directory, `${job.id}.tgz`);
    try {
      await pack(inside, runId, path, ended.results[0]);
      return { how: await send(() => sendResult(queue, job, path), signal) };
    } finally {
      await rm(path, { force: true });
    }
  } catch (error) {
    if (signal.reason instanceof JobEnded) return { how: signal.reason.end };
    return await returnJob(queue, job, { trouble: asTrouble(error), workerId, signal });
  } finally {
    if (runId !== undefined) await putAway(inside, runId);
  }
}

function takesTooLong({ tag, seconds }: TakenJob): CoreError {
  const what = `${tag} did not end within ${seconds} s, which is more than its suite and all before and after it may take.`;
  return new CoreError("queue_job_lost", what, {
    hint: "Look at what slows down the worker's machine, then run it again.",
    retryable: true,
  });
}

async function returnJob(
  queue: Queue,
  job: TakenJob,
  { trouble, workerId, signal }: { trouble: CoreError; workerId: string; signal: AbortSignal },
): Promise<JobEnd> {
  const how = findScope(trouble) === "job" ? "failed" : "refused";
  const give = () =>
    how === "failed" ? failJob(queue, job, trouble) : refuseJob(queue, job, workerId, trouble);
  return (await send(give, signal)) === "sent" ? { how, trouble } : { how: "lost" };
}

/** If the run measured nothing, its own reason is more informative than the missing bundle. */
async function pack(
  { workspace }: Context,
  run_id: string,
  path: string,
  result: RunResult | undefined,
): Promise<void> {
  try {
    await writeBundle({ workspace, run_id, path });
  } catch (error) {
    const { code } = asCoreError(error);
    if (code !== "bundle_empty" || result?.error === undefined) throw error;
    throw asError(result.error);
  }
}

/** Waits for a database that is away for a while; it then says whether the job is still this worker's. */
async function send(attempt: () => Promise<boolean>, signal: AbortSignal): Promise<"sent" | "lost"> {
  for (;;) {
    try {
      return (await attempt()) ? "sent" : "lost";
    } catch (error) {
      if (signal.aborted) throw error;
      process.stderr.write(`The result could not be sent yet, and is sent again: ${getMessage(error)}\n`);
    }
    await sleep(sendPauseMs, undefined, { signal });
  }
}

/** Ends the run if it has not ended, and removes its journal, which nobody else needs. */
async function putAway(inside: Context, runId: string): Promise<void> {
  await cancelRun(inside, runId);
  await rm(runDirectory(inside.workspace, runId), { recursive: true, force: true });
}
