import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import timers from "node:timers/promises";
import { LocalError } from "../local-error.ts";
import { openLog } from "../log-file.ts";
import { findPostgresAccount } from "./account.ts";
import type { Binaries } from "./binaries.ts";
import { endOrphan } from "./orphan.ts";
import { cannotRun } from "./run.ts";

/** A running Postgres server. */
export interface Postmaster {
  pid: number;
  /** Its loopback port, which nobody but this program is told. */
  port: number;
  /** Settles when the process is gone, for whatever reason. */
  ended: Promise<void>;
  /** Shuts it down: sessions are ended, data is checkpointed. Kills it after a while. */
  stop(): Promise<void>;
}

const startSeconds = 60;
const stopSeconds = 10;

/**
 * Kept small, since many run side by side. Without fsync a branch survives any crash of a process,
 * not a power cut. Commits and whole pages still reach the kernel before they are acknowledged: without
 * that, kill -9 would lose them.
 */
const settings = [
  "listen_addresses=127.0.0.1",
  "unix_socket_directories=",
  "shared_buffers=32MB",
  "max_connections=100",
  // A crashed server ends, and the next connection starts it again, with the reserve if the disk is full.
  "restart_after_crash=off",
  "authentication_timeout=15s",
  "fsync=off",
  "synchronous_commit=on",
  "full_page_writes=on",
  "wal_level=replica",
  "max_wal_senders=4",
  "max_replication_slots=16",
  "max_wal_size=1GB",
  "wal_recycle=off",
  "wal_init_zero=off",
  "track_commit_timestamp=on",
  "io_method=sync",
  "jit=off",
  // As on Lakebase. Statements that define roles may hold passwords, so they are not kept.
  "shared_preload_libraries=pg_stat_statements",
  "pg_stat_statements.track_utility=off",
  "timezone=UTC",
  "log_timezone=UTC",
  "log_checkpoints=off",
  // A statement may hold a password, so none is ever logged.
  "log_statement=none",
  "log_min_error_statement=panic",
  "log_min_duration_statement=-1",
];

/**
 * Starts Postgres on a data directory and waits until it takes connections.
 * @param more settings beside those that every server has
 * @throws LocalError with what the server said last.
 */
export async function startPostmaster(
  directory: string,
  binaries: Binaries,
  logFile: string,
  more: string[],
): Promise<Postmaster> {
  const deadline = performance.now() + startSeconds * 1000;
  for (;;) {
    await endOrphan(directory);
    const outcome = await tryStart(directory, binaries, logFile, [...settings, ...more], deadline);
    if ("port" in outcome) return outcome;
    // Another program may have taken the port, or children of a killed server are still leaving.
    const mayPass = /Address already in use|pre-existing shared memory|could not create any TCP/.test(
      outcome.said,
    );
    if (!mayPass || performance.now() > deadline) {
      throw new LocalError(`Postgres did not start in ${directory}: ${outcome.said || "it said nothing"}`, {
        hint: "See 'lakebase-local logs' for the server's log.",
      });
    }
    await timers.setTimeout(50);
  }
}

async function tryStart(
  directory: string,
  binaries: Binaries,
  logFile: string,
  all: string[],
  deadline: number,
): Promise<Postmaster | { said: string }> {
  const port = await findFreePort();
  const log = await openLog(logFile);
  const logStart = (await log.stat()).size;
  const args = ["-D", directory, "-p", String(port), ...all.flatMap((setting) => ["-c", setting])];
  const child = spawn(binaries.postgres, args, {
    ...findPostgresAccount(),
    cwd: "/",
    env: { PATH: process.env.PATH, LC_ALL: "C" },
    detached: true,
    stdio: ["ignore", log.fd, log.fd],
  });
  try {
    const failure = new Promise<never>((_, reject) => {
      child.once("error", (cause) => reject(cannotRun(binaries.postgres, cause)));
    });
    failure.catch(() => {});
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    const gone = ended.then(() => true);
    while (!(await isReady(directory, child.pid))) {
      if (await Promise.race([failure, gone, timers.setTimeout(5, false)]))
        return { said: await tail(logFile, logStart) };
      if (performance.now() > deadline) {
        child.kill("SIGKILL");
        await ended;
        return { said: `it was not ready after ${startSeconds} s. ${await tail(logFile, logStart)}` };
      }
    }
    return { pid: child.pid ?? 0, port, ended, stop: () => stop(child, ended) };
  } finally {
    await log.close();
  }
}

/** Postgres writes its state into the eighth line of its pid file. */
async function isReady(directory: string, pid: number | undefined): Promise<boolean> {
  const lines = await readFile(join(directory, "postmaster.pid"), "utf8").then(
    (text) => text.split("\n"),
    () => [],
  );
  return lines[0] === String(pid) && lines[7]?.trim() === "ready";
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  for (const signal of ["SIGINT", "SIGQUIT", "SIGKILL"] as const) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    child.kill(signal);
    const abort = new AbortController();
    await Promise.race([
      ended,
      timers.setTimeout(stopSeconds * 1000, undefined, { signal: abort.signal }).catch(() => {}),
    ]);
    abort.abort();
  }
  await ended;
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string")
    throw new TypeError("a TCP server has a numeric address");
  return address.port;
}

async function tail(logFile: string, from: number): Promise<string> {
  const text = (await readFile(logFile)).subarray(from).toString("utf8");
  const fatal = text.split("\n").filter((line) => /FATAL|PANIC|could not|error while loading/.test(line));
  return (fatal.length > 0 ? fatal : text.trim().split("\n")).slice(-4).join(" ").trim();
}
