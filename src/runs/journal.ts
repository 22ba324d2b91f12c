import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import { planSchema } from "../../schemas/plan.ts";
import { type Run, runSchema } from "../../schemas/run.ts";
import { CoreError } from "../core-error.ts";
import { readRecord, writeJson } from "../experiments/files.ts";
import { runDirectory } from "../experiments/layout.ts";
import { isSameProcessAlive, processIdentitySchema } from "./process-identity.ts";

/** What a run was asked to do. Written once, before its worker starts, so that a later edit of the plan cannot reach it. */
const requestSchema = z.object({ plan: planSchema, tags: z.array(z.string()) });
export type RunRequest = z.infer<typeof requestSchema>;

const workerSchema = processIdentitySchema;

const requestPath = (workspace: string, runId: string) =>
  join(runDirectory(workspace, runId), "request.json");
const runPath = (workspace: string, runId: string) => join(runDirectory(workspace, runId), "run.json");
const workerPath = (workspace: string, runId: string) => join(runDirectory(workspace, runId), "worker.json");

export function newRunId(): string {
  const stamp = new Date().toISOString().replace(/[-:]|\..*/g, "");
  return `run-${stamp}-${randomBytes(4).toString("hex")}`;
}

export async function createJournal(workspace: string, run: Run, request: RunRequest): Promise<void> {
  await writeJson(requestPath(workspace, run.run_id), request);
  await writeJson(runPath(workspace, run.run_id), run);
}

export async function readRequest(workspace: string, runId: string): Promise<RunRequest> {
  return (await readRecord(requestPath(workspace, runId), requestSchema)) ?? unknownRun(runId);
}

export async function writeRun(workspace: string, run: Run): Promise<void> {
  await writeJson(runPath(workspace, run.run_id), run);
}

export async function recordWorker(workspace: string, runId: string, worker: z.infer<typeof workerSchema>) {
  await writeJson(workerPath(workspace, runId), worker);
}

/**
 * A run as it stands. One whose worker is gone before it ended reads as `interrupted`.
 * @throws CoreError `unknown_run`
 */
export async function readRun(workspace: string, runId: string): Promise<Run> {
  const path = runPath(workspace, runId);
  const run = (await readRecord(path, runSchema)) ?? unknownRun(runId);
  if (hasEnded(run)) return run;
  const worker = await readRecord(workerPath(workspace, runId), workerSchema);
  if (worker === undefined || (await isSameProcessAlive(worker))) return run;
  // The worker may have written its last word between our two looks.
  const last = (await readRecord(path, runSchema)) ?? run;
  return hasEnded(last) ? last : { ...last, state: "interrupted" };
}

export function hasEnded(run: Run): boolean {
  return run.state !== "queued" && run.state !== "running";
}

function unknownRun(runId: string): never {
  throw new CoreError("unknown_run", `There is no run ${runId} in this workspace.`, {
    hint: "Use the run_id that run_experiments gave, in the workspace it ran in.",
  });
}
