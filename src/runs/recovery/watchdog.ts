import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import * as z from "zod";
import type { Context } from "../../context.ts";
import { signalGroup } from "../../utils/processes/signal.ts";
import { removeForks } from "./forks.ts";
import { type Leftover, leftoverSchema } from "./leftover.ts";
import { recoverRun } from "./recover.ts";

const messageSchema = z.union([
  z.object({ watch: z.number() }),
  z.object({ release: z.number() }),
  z.object({ expect: leftoverSchema }),
  z.object({ kept: z.string() }),
  z.object({ dismiss: z.literal(true) }),
]);
type Message = z.infer<typeof messageSchema>;

/** Ends a worker's commands when the worker is gone, however it went, and keeps what they left. */
export interface Watchdog {
  watch: (pid: number) => void;
  release: (pid: number) => void;
  /** A command is about to leave files. Their secrets are told to the watchdog alone, and touch no disk. */
  expect: (leftover: Leftover) => void;
  /** The files of a directory have been kept. */
  kept: (directory: string) => void;
  /** To be called when all commands have ended. */
  dismiss: () => void;
}

/**
 * Starts a run's watchdog: a process of its own that hears of each command over a pipe, and takes the pipe's end for the
 * worker's. `launch` starts this program.
 */
export function startWatchdog(launch: readonly string[], runId: string): Watchdog {
  const [program = process.execPath, ...args] = launch;
  const watchdog = spawn(program, [...args, "watchdog", runId], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  watchdog.unref();
  // Without a watchdog the run still runs; the next run ends what a dead worker left.
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

/** The watchdog itself: once its input ends, it kills what is still watched and recovers the run. */
export async function runWatchdog(
  { workspace, lakebase }: Pick<Context, "workspace" | "lakebase">,
  runId: string,
): Promise<void> {
  const watched = new Set<number>();
  const leftovers = new Map<string, Leftover>();
  for await (const line of createInterface(process.stdin)) {
    const message = messageSchema.parse(JSON.parse(line));
    if ("dismiss" in message) return;
    if ("watch" in message) watched.add(message.watch);
    if ("release" in message) watched.delete(message.release);
    if ("expect" in message) leftovers.set(message.expect.directory, message.expect);
    if ("kept" in message) leftovers.delete(message.kept);
  }
  for (const pid of watched) signalGroup(pid, "SIGKILL");
  await recoverRun(workspace, runId, [...leftovers.values()]);
  await removeForks(lakebase, workspace, runId);
}
