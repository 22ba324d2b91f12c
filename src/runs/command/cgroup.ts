import { mkdirSync, readdirSync, readFileSync, rmdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { killProcess } from "../../utils/processes/signal.ts";
import { retryWhileOutOfFiles } from "../../utils/processes/system-errors.ts";
import { readErrorCode } from "../../utils/read-error-code.ts";

/**
 * A control group (cgroup v2) contains a process and all its descendants, whatever they do to their session, parent or
 * environment. Available on Linux if this user may create one below its own, as root may, and users of systemd in their
 * own slice.
 */
export interface Cgroup {
  /** Absolute. */
  directory: string;
}

const prefix = "lakebase-experiments.";

/** Creates a group. @param owner a run's id and the command's path in it */
export function makeCgroup(owner: string): Cgroup | undefined {
  const parent = findOwnCgroup();
  if (parent === undefined) return undefined;
  const directory = join(parent, prefix + owner.replaceAll("/", "."));
  try {
    mkdirSync(directory, { recursive: true });
    return { directory };
  } catch {
    return undefined;
  }
}

/**
 * Moves a process that was just started, and any children it already has, into a group. The system takes milliseconds
 * for that, during which this process can go on.
 * @returns whether that was permitted
 */
export async function enterCgroup({ directory }: Cgroup, pid: number): Promise<boolean> {
  try {
    await writeFile(join(directory, "cgroup.procs"), String(pid));
  } catch (error) {
    // A process that has already ended is no reason to doubt the group.
    return isGone(error);
  }
  await Promise.all(listChildren(pid).map((child) => enterCgroup({ directory }, child)));
  return true;
}

/** How often a group that keeps forking is scanned, and the pause in between, in milliseconds. */
const rounds = 200;
const pauseMs = 10;

/** Kills everything in a group, and removes it. @returns whether it is empty now */
export async function endCgroup({ directory }: Cgroup): Promise<boolean> {
  for (let round = 0; round < rounds; round++) {
    try {
      const pids = await retryWhileOutOfFiles(() => readFileSync(join(directory, "cgroup.procs"), "utf8"));
      for (const pid of pids.split("\n").filter((line) => line !== "")) killProcess(Number(pid));
      rmdirSync(directory);
      return true;
    } catch (error) {
      if (isGone(error)) return true;
    }
    await sleep(pauseMs);
  }
  return false;
}

/** Ends what the commands of a run left in their groups, from a process other than its worker. */
export async function endRunCgroups(runId: string): Promise<void> {
  const parent = findOwnCgroup();
  if (parent === undefined) return;
  const names = readdirSync(parent).filter((name) => name.startsWith(`${prefix}${runId}.`));
  await Promise.all(names.map((name) => endCgroup({ directory: join(parent, name) })));
}

let own: { directory: string | undefined } | undefined;

/** Returns the directory of this process's own group; undefined without cgroup v2. */
export function findOwnCgroup(): string | undefined {
  own ??= { directory: readOwnCgroup() };
  return own.directory;
}

function readOwnCgroup(): string | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    const path = /^0::(.*)$/m.exec(readFileSync("/proc/self/cgroup", "utf8"))?.[1];
    const mount = /^(?:\S+ ){4}(\S+) .* - cgroup2 /m.exec(readFileSync("/proc/self/mountinfo", "utf8"))?.[1];
    return path === undefined || mount === undefined ? undefined : join(mount, path);
  } catch {
    return undefined;
  }
}

function listChildren(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function isGone(error: unknown): boolean {
  return ["ENOENT", "ESRCH", "ENODEV"].includes(readErrorCode(error) ?? "");
}
