import type { Run } from "../../schemas/run.ts";

/** The exit statuses of `run` and `wait`, beside 1 for an error such as an unknown feature. */
const allSucceeded = 0;
const notAllSucceeded = 2;
const endedEarly = 3;
/** After Ctrl-C, as shells know it: the run goes on. */
export const leftRunning = 130;

/** 0 only where the run finished and every experiment succeeded. */
export function getExitStatus({ state, results }: Run): number {
  if (state !== "finished") return endedEarly;
  return results.every(({ status }) => status === "succeeded") ? allSucceeded : notAllSucceeded;
}
