import { cancelRun } from "../../runs/caller/cancel.ts";
import { openContext, type Shared } from "../command.ts";
import { print } from "../print.ts";
import { summarizeRun } from "../render/run.ts";

/** `cancel RUN`: ends a run, and shows its outcome. @throws CoreError `unknown_run`, `invalid_name` */
export async function cancel(shared: Shared, [runId = ""]: string[]): Promise<void> {
  const context = openContext(shared);
  const run = await cancelRun(context, runId);
  print(...summarizeRun(run));
}
