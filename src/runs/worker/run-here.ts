import type { Executor } from "./executor.ts";

/** Runs suites on this machine. */
export const runHere: Executor = {
  isHere: true,
  runSteps: async (...of) => (await import("../cycle/cycle.ts")).runSteps(...of),
  close: async () => {},
};
