import type { Shared } from "../command.ts";
import { followRun } from "../follow-run.ts";

/** `wait RUN`: shows a run until it ends. @throws CoreError `unknown_run`, `invalid_name` */
export async function wait(shared: Shared, [runId = ""]: string[]): Promise<void> {
  await followRun(shared, runId);
}
