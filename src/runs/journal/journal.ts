import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { runIdSchema } from "../../../schemas/names.ts";
import { planSchema } from "../../../schemas/plan/plan.ts";
import { reportCaseSchema } from "../../../schemas/plan/report.ts";
import { type Run, type RunResult, runSchema } from "../../../schemas/run.ts";
import { runDirectory, runJournalPath, runsDirectory } from "../../experiments/layout.ts";
import { CoreError } from "../../utils/core-error.ts";
import { listFolders, writeAtomically } from "../../utils/files/files.ts";
import { readRecord, writeJson } from "../../utils/files/json.ts";
import { readIfValid } from "../../utils/files/salvage.ts";
import { ownValue } from "../../utils/own-value.ts";
import {
  isSameProcessAlive,
  type ProcessIdentity,
  processIdentitySchema,
} from "../../utils/processes/process-identity.ts";
import { readCrashReport, reserveCrashReport } from "./crash-report.ts";

/** What a job adds to the request of a run on a queue's worker. The run that sent it counts and records the results. */
const queueJobSchema = z.object({
  /** The tests that failed there before, which are run first. */
  failed_cases: z.array(reportCaseSchema),
});
export type QueueJob = z.infer<typeof queueJobSchema>;

/**
 * What a run was asked to do. Written once, before its worker starts, so that later edits of the plan do not affect it.
 */
const requestSchema = z.object({
  plan: planSchema,
  tags: z.array(z.string()),
  /** How often each suite is run. */
  repeat: z.number().int().min(1),
  /** By experiment: the uid of its branch when the run started; absent in journals of earlier versions. */
  branch_uids: z.record(z.string(), z.string().nullable()).optional(),
  /** In a run of what failed: the tags by experiment. Absent otherwise. */
  failed_tags: z.record(z.string(), z.array(z.string())).optional(),
  /** Whether only one experiment is active at a time, in turns. */
  quiet: z.boolean().default(false),
  /** The interrupted run whose cycle this one finishes. */
  resumes: z.string().optional(),
  /** On a queue's worker: it runs one suite for a run elsewhere. */
  job: queueJobSchema.optional(),
});
export type RunRequest = z.infer<typeof requestSchema>;

const requestPath = (workspace: string, runId: string) =>
  join(runDirectory(workspace, runId), "request.json");
const workerPath = (workspace: string, runId: string) => join(runDirectory(workspace, runId), "worker.json");
const cancelPath = (workspace: string, runId: string) => join(runDirectory(workspace, runId), "cancel");

/** Held by whoever starts a run, and by a worker while it registers itself. */
export const startLock = (workspace: string) => join(runsDirectory(workspace), "start.lock");

/** What is the same of every run before it has begun. */
type Unbegun = "run_id" | "state" | "created_at" | "peak_in_flight" | "total_duration_ms";

/** Makes a run that has not begun. */
export function makeRun(what: Omit<Run, Unbegun>): Run {
  return {
    ...{ run_id: newRunId(), state: "queued", created_at: new Date().toISOString() },
    ...{ peak_in_flight: 0, total_duration_ms: 0 },
    ...what,
  };
}

export function newRunId(): string {
  const stamp = new Date().toISOString().replace(/[-:]|\..*/g, "");
  return `run-${stamp}-${randomBytes(4).toString("hex")}`;
}

export async function createJournal(workspace: string, run: Run, request: RunRequest): Promise<void> {
  await writeJson(requestPath(workspace, run.run_id), request);
  await reserveCrashReport(workspace, run.run_id);
  await writeRun(workspace, run);
}

export async function readRequest(workspace: string, runId: string): Promise<RunRequest> {
  return (await readRecord(requestPath(workspace, runId), requestSchema)) ?? unknownRun(runId);
}

/** Returns what a run was asked to do for one experiment. */
export function requestFor(request: RunRequest, slug: string): RunRequest {
  return { ...request, tags: ownValue(request.failed_tags, slug) ?? request.tags };
}

/** The journal of a run that has ended outlives a failure of the machine. */
export async function writeRun(workspace: string, run: Run): Promise<void> {
  await writeJson(runJournalPath(workspace, run.run_id), run, { durable: hasEnded(run) });
}

export async function recordWorker(workspace: string, runId: string, worker: ProcessIdentity): Promise<void> {
  await writeJson(workerPath(workspace, runId), worker);
}

/** Forgets the worker of a run whose process continues and must not be ended with it. */
export async function forgetWorker(workspace: string, runId: string): Promise<void> {
  await rm(workerPath(workspace, runId), { force: true });
}

/**
 * Finds the worker of a run; undefined if it never started or is gone. Its record is written atomically: one that cannot
 * be read was damaged when the machine failed, and the worker ended with that.
 */
export async function findWorker(workspace: string, runId: string): Promise<ProcessIdentity | undefined> {
  const path = workerPath(workspace, runId);
  const worker = await readIfValid(path, () => readRecord(path, processIdentitySchema));
  return worker !== undefined && (await isSameProcessAlive(worker)) ? worker : undefined;
}

/** Marks a run to be ended as cancelled, whoever ends it. */
export async function requestCancel(workspace: string, runId: string): Promise<void> {
  await writeAtomically(cancelPath(workspace, runId), "");
}

export function isCancelRequested(workspace: string, runId: string): boolean {
  return existsSync(cancelPath(workspace, runId));
}

/**
 * Reads the current state of a run. A run whose worker disappeared before it ended reads as `interrupted`.
 * @throws CoreError `unknown_run`
 */
export async function readRun(workspace: string, runId: string): Promise<Run> {
  const run = await readJournal(workspace, runId);
  if (hasEnded(run) || (await findWorker(workspace, runId)) !== undefined) return run;
  // The worker may have written the run's end between our two reads.
  return concludeRun(workspace, await readJournal(workspace, runId));
}

/** Derives the final state of a run whose worker did not write it. A run that has ended is returned as it is. */
export async function concludeRun(workspace: string, run: Run): Promise<Run> {
  if (hasEnded(run)) return run;
  const results = run.results.map(stopResult);
  if (isCancelRequested(workspace, run.run_id))
    return { ...run, results, state: "cancelled", stopped_by: "cancel_run" };
  return {
    ...run,
    results,
    state: "interrupted",
    interrupted_by: await readCrashReport(workspace, run.run_id),
  };
}

function stopResult(result: RunResult): RunResult {
  return result.status === "running" ? { ...result, status: "stopped" } : result;
}

/** Reads what the worker wrote last, whether or not it is still alive. */
export async function readJournal(workspace: string, runId: string): Promise<Run> {
  return (await readRecord(runJournalPath(workspace, runId), runSchema)) ?? unknownRun(runId);
}

/** Lists the ids of all runs, newest first. */
export async function listRunIds(workspace: string): Promise<string[]> {
  const folders = await listFolders(runsDirectory(workspace));
  return folders
    .filter((name) => runIdSchema.safeParse(name).success)
    .sort()
    .reverse();
}

/** Lists the runs of one feature or of all, newest first. */
export async function listRuns(workspace: string, featureId?: string): Promise<Run[]> {
  const ids = await listRunIds(workspace);
  const runs = await Promise.all(ids.map((runId) => readRun(workspace, runId).catch(() => undefined)));
  return runs
    .filter((run) => run !== undefined)
    .filter((run) => featureId === undefined || run.feature_id === featureId)
    .sort((a, b) => (a.created_at < b.created_at ? 1 : -1));
}

export function hasEnded(run: Run): boolean {
  return run.state !== "queued" && run.state !== "running";
}

function unknownRun(runId: string): never {
  throw new CoreError("unknown_run", `There is no run ${runId} in this workspace.`, {
    hint: "Use a run_id that starting a run returned in this workspace.",
  });
}
