import type { Command } from "./command.ts";

/** What this program starts of itself. */
export const internalCommands: Readonly<Record<string, Command>> = {
  worker: {
    isInternal: true,
    parameters: "RUN",
    summary: "work on a run",
    run: async (shared, args) => (await import("./commands/worker.ts")).work(shared, args),
  },
  watchdog: {
    isInternal: true,
    parameters: "RUN",
    summary: "end what a run's worker leaves when it is killed",
    run: async (shared, [runId = ""]) =>
      (await import("../runs/recovery/watchdog.ts")).runWatchdog(shared, runId),
  },
  "read-report": {
    isInternal: true,
    summary: "read a report in a process of its own",
    run: async () => (await import("../runs/suite/read-apart.ts")).answerReader(),
  },
};
