import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import * as z from "zod";
import type { Context } from "../../context.ts";
import { signalGroup } from "../../utils/processes/signal.ts";
import { type Leftover, leftoverSchema } from "./leftover.ts";

const messageSchema = z.union([
  z.object({ watch: z.number() }),
  z.object({ release: z.number() }),
  z.object({ expect: leftoverSchema }),
  z.object({ kept: z.string() }),
  z.object({ dismiss: z.literal(true) }),
]);
type Message = z.infer<typeof messageSchema>;

/** Ends a worker's commands when the worker is gone, for whatever reason, and stores their files. */
export interface Watchdog {
  watch: (pid: number) => void;
  release: (pid: number) => void;
  /**
   * Announces that a command will leave files. Their secrets are only sent to the watchdog, and never touch the disk.
   */
  expect: (leftover: Leftover) => void;
  /** Reports that the files of a directory have been stored. */
  kept: (directory: string) => void;
  /** Must be called when all commands have ended. */
  dismiss: () => void;
}

/**
 * Starts a run's watchdog: a separate process that learns of each command through a pipe, and takes the end of the pipe
 * as the end of the worker. `launch` starts this program.
 */
export function startWatchdog(launch: readonly string[], runId: string): Watchdog {
  const [program = process.execPath, ...args] = launch;
  const watchdog = spawn(program, [...args, "watchdog", runId], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  watchdog.unref();
  // The run also works without a watchdog; the next run then ends what a dead worker left.
  watchdog.on("error", () => {});
  watchdog.stdin.on("error", () => {});
  const tell = (message: Message) => void watchdog.stdin.write(`${JSON.stringify(message)}\n`);
  return {
    watch: (pid) => tell({ watch: pid }),
    release: (pid) => tell({ release: pid }),
    expect: (leftover) => tell({ expect: leftover }),
    kept: (directory) => tell({ kept: directory }),
    dismiss: () => {
      tell({ dismiss: true });
      watchdog.stdin.end();
    },
  };
}

/**
 * Runs the watchdog itself: once its input ends, it kills what is still watched and recovers the run.
 * @returns whether the worker ended without dismissing it
 */
export async function runWatchdog(
  { workspace, lakebase }: Pick<Context, "workspace" | "lakebase">,
  runId: string,
): Promise<boolean> {
  const watched = new Set<number>();
  const leftovers = new Map<string, Leftover>();
  for await (const line of createInterface(process.stdin)) {
    const message = messageSchema.parse(JSON.parse(line));
    if ("dismiss" in message) return false;
    if ("watch" in message) watched.add(message.watch);
    if ("release" in message) watched.delete(message.release);
    if ("expect" in message) leftovers.set(message.expect.directory, message.expect);
    if ("kept" in message) leftovers.delete(message.kept);
  }
  for (const pid of watched) signalGroup(pid, "SIGKILL");
  // Loaded only now: it would compete with the start of every run's first suite, and few workers are killed.
  const [{ recoverRun }, { removeForks }] = await Promise.all([import("./recover.ts"), import("./forks.ts")]);
  await recoverRun(workspace, runId, [...leftovers.values()]);
  await removeForks(lakebase, workspace, runId);
  return true;
}
