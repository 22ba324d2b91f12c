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
import { asCoreError, getMessage } from "../../utils/core-error.ts";
import { asError } from "../as-error.ts";
import type { Queue } from "../database/connect.ts";
import { sendResult } from "../send.ts";
import { failJob, type TakenJob } from "../take.ts";
import { type Area, enterArea } from "./area.ts";
import { placeCode } from "./place-code.ts";

/** How a job ended here. `lost`: it was cancelled, or another worker has it now. `left`: this worker stops. */
export type JobEnd = "sent" | "failed" | "lost" | "left";

/** Between two tries to send a result that the database did not take, in milliseconds. */
const sendPauseMs = 3_000;

/** Why a job is ended before its suite. */
export class JobEnded extends Error {
  readonly end: "lost" | "left";

  constructor(end: "lost" | "left") {
    super(`The job is ${end}.`);
    this.end = end;
  }
}

/**
 * Runs the suite of a job as a run of the area, like any other, and sends its bundle. What keeps it from that is sent
 * instead.
 * @param place lets one job at a time prepare the area
 * @param signal aborted with a `JobEnded`
 */
export async function carryOut(
  queue: Queue,
  area: Area,
  job: TakenJob,
  {
    context,
    place,
    signal,
  }: {
    context: Context;
    place: <Result>(task: () => Promise<Result>) => Promise<Result>;
    signal: AbortSignal;
  },
): Promise<JobEnd> {
  const inside = enterArea(context, area);
  let runId: string | undefined;
  try {
    const run = await place(async () => {
      signal.throwIfAborted();
      await placeCode(queue, area, job);
      return startRun(inside, {
        feature_id: job.run.feature_id,
        experiment_slugs: [job.experiment_slug],
        tags: [job.tag],
        cycle_id: job.run.cycle_id,
        repeat: job.run.request.repeat,
      });
    });
    runId = run.run_id;
    const ended = await waitForRun({ ...inside, signal }, runId, { seconds: job.seconds, untilEnd: true });
    const path = join(area.directory, `${job.id}.tgz`);
    try {
      await pack(inside, runId, path, ended.results[0]);
      return await send(() => sendResult(queue, job, path), signal);
    } finally {
      await rm(path, { force: true });
    }
  } catch (error) {
    if (signal.reason instanceof JobEnded) return signal.reason.end;
    const trouble = asCoreError(error);
    const end = await send(() => failJob(queue, job, trouble), signal);
    return end === "sent" ? "failed" : end;
  } finally {
    if (runId !== undefined) await putAway(inside, runId);
  }
}

/** A run that measured nothing says why better than the bundle that is missing. */
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

/** A database that is away for a while is waited for; whether the job is still ours, it says then. */
async function send(attempt: () => Promise<boolean>, signal: AbortSignal): Promise<JobEnd> {
  for (;;) {
    try {
      return (await attempt()) ? "sent" : "lost";
    } catch (error) {
      if (signal.aborted) throw error;
      process.stderr.write(`The result could not be sent yet: ${getMessage(error)}\n`);
    }
    await sleep(sendPauseMs, undefined, { signal });
  }
}

/** Ends the run, if it goes on, and removes its journal: it was the job's alone. */
async function putAway(inside: Context, runId: string): Promise<void> {
  await cancelRun(inside, runId);
  await rm(runDirectory(inside.workspace, runId), { recursive: true, force: true });
}
