import { cancelRun } from "../../runs/caller/cancel.ts";
import type { Shared } from "../command.ts";
import { summarizeRun } from "../render/run.ts";

/** `cancel RUN`: ends a run, and shows what it came to. @throws CoreError `unknown_run`, `invalid_name` */
export async function cancel(shared: Shared, [runId = ""]: string[]): Promise<void> {
  const context = { ...shared, signal: new AbortController().signal, progress: () => {} };
  const run = await cancelRun(context, runId);
  process.stdout.write(`${summarizeRun(run).join("\n")}\n`);
}
