import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import type { Context } from "../../context.ts";
import { runDirectory } from "../../experiments/layout.ts";
import { CoreError, getMessage } from "../../utils/core-error.ts";
import { identifyProcess } from "../../utils/processes/process-identity.ts";
import { recordWorker } from "../journal/journal.ts";
import { passLogins } from "../pass-logins.ts";

/**
 * Starts a run's worker as a separate process and records its identity, so that from now on the journal shows whether
 * the run is alive.
 * @param uids the branches that it will need logins to
 * @throws CoreError `worker_not_started`
 */
export async function startWorker(
  { workspace, launch, logins }: Pick<Context, "workspace" | "launch" | "logins">,
  runId: string,
  uids: readonly string[] = [],
): Promise<void> {
  const [program = process.execPath, ...args] = launch;
  const log = openSync(join(runDirectory(workspace, runId), "worker.log"), "a");
  const worker = spawn(program, [...args, "worker", runId], {
    cwd: workspace,
    detached: true,
    stdio: ["ignore", log, log, ...(logins === undefined ? [] : ["ipc" as const])],
  });
  closeSync(log);
  try {
    await once(worker, "spawn");
  } catch (cause) {
    throw new CoreError("worker_not_started", `The run's worker could not be started: ${getMessage(cause)}`, {
      hint: "Check that this machine can start another process.",
      retryable: true,
      cause,
    });
  }
  worker.unref();
  if (logins !== undefined) passLogins(worker, logins, uids);
  const identity = worker.pid === undefined ? undefined : await identifyProcess(worker.pid);
  if (identity !== undefined) await recordWorker(workspace, runId, identity);
}
