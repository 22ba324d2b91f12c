import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { endMarked, signalGroup } from "./process-tree.ts";

/** Ends a worker's commands when the worker is gone, however it went. */
export interface Guard {
  watch: (pid: number) => void;
  release: (pid: number) => void;
  /** To be called when all commands have ended. */
  dismiss: () => void;
}

/**
 * Starts a run's guard: a process of its own that hears of each command over a pipe, and takes the pipe's end for the
 * worker's. `launch` starts this program.
 */
export function startGuard(launch: readonly string[], runId: string): Guard {
  const [program = process.execPath, ...args] = launch;
  const guard = spawn(program, [...args, "guard", runId], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  guard.unref();
  // Without a guard the race still runs; the next run of the feature ends what a dead worker left.
  guard.on("error", () => {});
  guard.stdin.on("error", () => {});
  return {
    watch: (pid) => guard.stdin.write(`watch ${pid}\n`),
    release: (pid) => guard.stdin.write(`release ${pid}\n`),
    dismiss: () => guard.stdin.end("dismiss\n"),
  };
}

/** The guard itself: kills what is still watched when its input ends. */
export async function runGuard(runId: string): Promise<void> {
  const watched = new Set<number>();
  for await (const line of createInterface(process.stdin)) {
    const [verb, pid] = line.split(" ");
    if (verb === "dismiss") return;
    if (verb === "watch") watched.add(Number(pid));
    if (verb === "release") watched.delete(Number(pid));
  }
  for (const pid of watched) signalGroup(pid, "SIGKILL");
  await endMarked(`${runId}/`);
}
