import { readFile, realpath, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { commandLine, hasEnded, signal } from "../process.ts";

const patienceSeconds = 10;

/**
 * Ends the server that an earlier owner left running on a data directory, and removes its pid file when that
 * names no server of ours, which would keep Postgres from starting. Only the holder of the state directory's
 * lease may call this, and not for a server that it runs itself.
 * @returns the pid of the server that was ended.
 */
export async function endOrphan(directory: string): Promise<number | undefined> {
  const pidFile = join(directory, "postmaster.pid");
  const pid = await readPid(pidFile);
  if (pid === undefined) return undefined;
  if (!(await servesDirectory(directory, pid))) {
    await rm(pidFile, { force: true });
    return undefined;
  }
  for (const name of ["SIGINT", "SIGQUIT", "SIGKILL"] as const) {
    signal(pid, name);
    if (await hasEnded(pid, patienceSeconds)) break;
  }
  return pid;
}

async function servesDirectory(directory: string, pid: number): Promise<boolean> {
  const [program, , given] = await commandLine(pid);
  if (program === undefined || given === undefined || basename(program) !== "postgres") return false;
  // The state directory may have been reached by another path then.
  const [left, right] = await Promise.all([given, directory].map((path) => realpath(path).catch(() => path)));
  return left === right;
}

async function readPid(pidFile: string): Promise<number | undefined> {
  const text = await readFile(pidFile, "utf8").catch(() => "");
  const pid = Number.parseInt(text, 10);
  return pid > 1 ? pid : undefined;
}
