import { type Command, openContext } from "./command.ts";

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
    run: async (shared, [runId = ""]) => {
      const isKilled = await (await import("../runs/recovery/watchdog.ts")).runWatchdog(shared, runId);
      const { queue_url } = shared;
      if (isKilled && queue_url !== undefined)
        await (await import("../queue/withdraw.ts")).withdrawRun({ ...shared, queue_url }, runId);
    },
  },
  "queue-guard": {
    isInternal: true,
    parameters: "WORKER",
    summary: "clean up after a queue's worker if it is killed",
    run: async (shared, [worker = ""]) => {
      const { queue_url } = shared;
      const context = openContext(shared);
      if (queue_url !== undefined)
        await (await import("../queue/work/guard.ts")).guardRuns({ ...context, queue_url }, worker);
    },
  },
  "read-report": {
    isInternal: true,
    summary: "read a report in a separate process",
    run: async () => (await import("../runs/suite/report/read-in-subprocess.ts")).serveReadRequest(),
  },
};
