import type { Run } from "../../schemas/run.ts";

/** The exit statuses of `run` and `wait`, in addition to 1 for errors such as an unknown feature. */
const allSucceeded = 0;
const notAllSucceeded = 2;
const endedEarly = 3;
/** After Ctrl-C, by the shell's convention: the run continues. */
export const interruptedStatus = 130;

/** Returns 0 only if the run finished and every experiment succeeded. */
export function getExitStatus({ state, results }: Run): number {
  if (state !== "finished") return endedEarly;
  return results.every(({ status }) => status === "succeeded") ? allSucceeded : notAllSucceeded;
}
