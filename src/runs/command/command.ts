import { createWriteStream, existsSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { execa } from "execa";
import { CoreError } from "../../utils/core-error.ts";
import { makeRecordFolder } from "../../utils/files/record-path.ts";
import { signalGroup } from "../../utils/processes/signal.ts";
import { findSpawnError } from "../../utils/processes/system-errors.ts";
import { readErrorCode } from "../../utils/read-error-code.ts";
import type { Watchdog } from "../recovery/watchdog.ts";
import { boundStream } from "../redaction/bounded.ts";
import type { Redactor } from "../redaction/redact.ts";
import { type Environment, expandArgument } from "./expand-variables.ts";
import { markerVariable } from "./marker.ts";
import { followTree } from "./process-tree.ts";
import { openSharedFile } from "./shared-file.ts";

/** How long a command has between SIGTERM and SIGKILL, and its pipes after it ends, in milliseconds. */
const graceMs = 2_000;

/** How much of each log is kept, in bytes. */
const logBounds = { head: 2 ** 20, tail: 2 ** 20 };

export interface CommandSpec {
  /** Program and arguments. `$NAME` and `${NAME}` are replaced from `environment`; nothing else is interpreted. */
  argv: readonly string[];
  directory: string;
  environment: Environment;
  /** The directory of `stdout.log` and `stderr.log`. */
  logDirectory: string;
  redactor: Redactor;
  timeoutMs: number;
  signal: AbortSignal;
  /** A marker in the environment of the command's processes, and of no others. */
  marker: string;
  watchdog: Pick<Watchdog, "watch" | "release">;
  /** Called once it has started. */
  onStarted?: (() => void) | undefined;
}

/** How a command ended. */
export interface CommandEnd {
  /** Null if a signal ended it. */
  exitCode: number | null;
  /** Which of our limits ended it, if any. */
  stoppedBy: "timeout" | "cancel" | null;
  /** Milliseconds since the epoch. */
  startedAt: number;
  durationMs: number;
}

/**
 * Runs a command in its own process group, and leaves no process of its tree behind however it ends. Its output is
 * written to disk as it arrives, bounded and without secrets.
 * @throws CoreError `command_not_found`, `command_not_started`; the signal's reason if it was already aborted
 */
export async function runCommand(spec: CommandSpec): Promise<CommandEnd> {
  spec.signal.throwIfAborted();
  await makeRecordFolder(spec.logDirectory);
  const [program = "", ...args] = spec.argv.map((argument) => expandArgument(argument, spec.environment));
  const shared = openSharedFile(spec.logDirectory);
  const startedAt = Date.now();
  const begin = performance.now();
  const child = execa(program, args, {
    cwd: spec.directory,
    env: { ...spec.environment, [markerVariable]: spec.marker },
    extendEnv: false,
    preferLocal: true,
    localDir: spec.directory,
    stdio: ["ignore", "pipe", "pipe", shared?.stream ?? "ignore"],
    buffer: false,
    reject: false,
    detached: true,
    cleanup: false,
  });
  shared?.stream.destroy();
  const tree = followTree(child.pid, spec.marker, shared);
  const logs = Promise.allSettled([
    keepLog(child.stdout, "stdout.log", spec),
    keepLog(child.stderr, "stderr.log", spec),
  ]);
  const limits = stopAtLimits(child.pid, spec);
  if (child.pid !== undefined) spec.watchdog.watch(child.pid);
  spec.onStarted?.();
  const ended = new Promise<void>((resolve, reject) => {
    child.once("error", () => resolve());
    child.once("exit", () => {
      tree.end().then(resolve, reject);
      // A process of another user could keep the pipes open forever.
      setTimeout(() => [child.stdout, child.stderr].map((stream) => stream.destroy()), graceMs).unref();
    });
  });
  const [result, kept] = await Promise.all([child, logs, ended]);
  limits.clear();
  if (child.pid === undefined) throw notStarted(program, spec.directory, result.code);
  spec.watchdog.release(child.pid);
  for (const log of kept) if (log.status === "rejected") throw log.reason;
  return {
    exitCode: result.exitCode ?? null,
    stoppedBy: limits.stoppedBy(),
    startedAt,
    durationMs: performance.now() - begin,
  };
}

async function keepLog(
  stream: Readable,
  name: string,
  { logDirectory, redactor }: CommandSpec,
): Promise<void> {
  const file = createWriteStream(join(logDirectory, name));
  await pipeline(stream, boundStream(redactor, logBounds), file).catch(ignorePrematureClose);
}

/** The streams are destroyed on purpose if a stray process keeps them open. */
function ignorePrematureClose(error: unknown): void {
  if (readErrorCode(error) !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
}

function stopAtLimits(pid: number | undefined, { timeoutMs, signal }: CommandSpec) {
  let reason: CommandEnd["stoppedBy"] = null;
  let killer: NodeJS.Timeout | undefined;
  const stop = (why: "timeout" | "cancel") => {
    if (reason !== null) return;
    reason = why;
    if (pid === undefined) return;
    signalGroup(pid, "SIGTERM");
    killer = setTimeout(() => signalGroup(pid, "SIGKILL"), graceMs);
  };
  const onAbort = () => stop("cancel");
  const timer = setTimeout(() => stop("timeout"), timeoutMs);
  signal.addEventListener("abort", onAbort, { once: true });
  return {
    stoppedBy: () => reason,
    clear: () => {
      clearTimeout(timer);
      clearTimeout(killer);
      signal.removeEventListener("abort", onAbort);
    },
  };
}

function notStarted(program: string, directory: string, code: string | undefined): CoreError {
  const trouble = findSpawnError(program, code);
  if (trouble !== undefined) return trouble;
  if (code === "ENOENT" && existsSync(directory)) {
    return new CoreError("command_not_found", `The program ${program} was not found.`, {
      hint: "Correct the command in plan.json, or install the program.",
    });
  }
  return new CoreError("command_not_started", `${program} could not be started in ${directory}: ${code}.`, {
    hint: "Check that the folder exists and that the program is executable.",
  });
}
