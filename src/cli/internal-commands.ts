import type { Command } from "./command.ts";

/** The commands that this program uses to start itself. */
export const internalCommands: Readonly<Record<string, Command>> = {
  worker: {
    isInternal: true,
    parameters: "RUN",
    summary: "execute a run",
    run: async (shared, args) => (await import("./commands/worker.ts")).work(shared, args),
  },
  watchdog: {
    isInternal: true,
    parameters: "RUN",
    summary: "clean up after a run's worker if it is killed",
    run: async (shared, [runId = ""]) =>
      (await import("../runs/recovery/watchdog.ts")).runWatchdog(shared, runId),
  },
  "read-report": {
    isInternal: true,
    summary: "read a report in a separate process",
    run: async () => (await import("../runs/suite/read-in-subprocess.ts")).serveReadRequest(),
  },
};
