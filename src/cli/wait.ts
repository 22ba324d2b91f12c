import type { Context } from "../context.ts";
import { followRun } from "./follow-run.ts";

/** `wait RUN`: shows a run until it ends. @throws CoreError `unknown_run`, `invalid_name` */
export async function wait(
  shared: Omit<Context, "signal" | "progress">,
  [runId = ""]: string[],
): Promise<void> {
  await followRun(shared, runId);
}
