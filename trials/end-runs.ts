import { findWorker, listRuns } from "../src/runs/journal/journal.ts";

/** Ensures that a failed trial leaves nothing running. */
export async function endRuns(workspace: string): Promise<void> {
  for (const { run_id } of await listRuns(workspace)) {
    const worker = await findWorker(workspace, run_id);
    if (worker !== undefined) process.kill(worker.pid, "SIGKILL");
  }
}
