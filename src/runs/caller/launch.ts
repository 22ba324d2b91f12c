import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import type { Context } from "../../context.ts";
import { runDirectory } from "../../experiments/layout.ts";
import { CoreError, getMessage } from "../../utils/core-error.ts";
import { identifyProcess } from "../../utils/processes/process-identity.ts";
import { recordWorker } from "../journal/journal.ts";
import { passLogins } from "../pass-logins.ts";

/** How long after a run the next one is prepared for, in milliseconds: many callers want only the one. */
const thoughtMs = 1_000;

/**
 * Has a run executed by a separate process, the spare worker if there is one, and records its identity, so that from now
 * on the journal shows whether the run is alive.
 * @param uids the branches that it will need logins to
 * @throws CoreError `worker_not_started`
 */
export async function startWorker(
  { workspace, launch, logins, spare }: Pick<Context, "workspace" | "launch" | "logins" | "spare">,
  runId: string,
  uids: readonly string[] = [],
): Promise<void> {
  const ready = await handOver(runId, await spare?.take());
  const worker = ready ?? (await spawnWorker(workspace, launch, runId, logins !== undefined));
  worker.unref();
  worker.once("exit", () => setTimeout(() => void spare?.keep(), thoughtMs).unref());
  if (logins !== undefined) passLogins(worker, logins, uids);
  const identity = worker.pid === undefined ? undefined : await identifyProcess(worker.pid);
  if (identity !== undefined) await recordWorker(workspace, runId, identity);
}

/** Tells a spare worker its run. @returns it, unless it is gone */
function handOver(run: string, worker: ChildProcess | undefined): Promise<ChildProcess | undefined> {
  return new Promise((resolve) => {
    if (worker === undefined) resolve(undefined);
    else worker.send({ run }, (error) => resolve(error === null ? worker : undefined));
  });
}

async function spawnWorker(
  workspace: string,
  [program = process.execPath, ...args]: readonly string[],
  runId: string,
  hasChannel: boolean,
): Promise<ChildProcess> {
  const log = openSync(join(runDirectory(workspace, runId), "worker.log"), "a");
  const worker = spawn(program, [...args, "worker", runId], {
    cwd: workspace,
    detached: true,
    stdio: ["ignore", log, log, ...(hasChannel ? ["ipc" as const] : [])],
  });
  closeSync(log);
  try {
    await once(worker, "spawn");
    return worker;
  } catch (cause) {
    throw new CoreError("worker_not_started", `The run's worker could not be started: ${getMessage(cause)}`, {
      hint: "Check that this machine can start another process.",
      retryable: true,
      cause,
    });
  }
}
