import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { listPids } from "../../utils/processes/list-pids.ts";
import { signalGroup, signalProcess } from "../../utils/processes/signal.ts";
import { retryWhileOutOfFiles } from "../../utils/processes/system-errors.ts";
import { readErrorCode } from "../../utils/read-error-code.ts";
import { type Cgroup, endCgroup, endRunCgroups, enterCgroup, makeCgroup } from "./cgroup.ts";
import { findHolders, isSharedInRun, type SharedFile } from "./shared-file.ts";

/** Marks every process of a command, so that one that left its process group is still recognized as ours. */
export const markerVariable = "LAKEBASE_EXPERIMENTS_MARKER";

/** A command's processes: the one we started and all its descendants. */
export interface ProcessTree {
  /** Ends all of them, however well hidden. */
  end: () => Promise<void>;
}

/**
 * Follows a command that was just started in its own process group, with its marker in its environment.
 * @param shared what its processes inherited, if anything
 */
export function followTree(
  pid: number | undefined,
  marker: string,
  shared: Pick<SharedFile, "target"> | undefined,
): ProcessTree {
  const entered = pid === undefined ? undefined : enterOwnCgroup(pid, marker);
  return {
    end: async () => {
      if (pid !== undefined) signalGroup(pid, "SIGKILL");
      const cgroup = await entered;
      if (cgroup !== undefined) await endCgroup(cgroup);
      // A process that a system service started on its behalf is in no group of ours.
      await endFound(async () => [
        ...(await findMarked(marker)),
        ...(await findHolders((target) => target === shared?.target)),
      ]);
    },
  };
}

async function enterOwnCgroup(pid: number, marker: string): Promise<Cgroup | undefined> {
  const cgroup = makeCgroup(marker);
  return cgroup !== undefined && (await enterCgroup(cgroup, pid)) ? cgroup : undefined;
}

let isComplete: boolean | undefined;

/**
 * Whether this machine lets us find every process of a command. Otherwise, one that leaves its process group and drops
 * all that it inherited is not found.
 */
export function findsAllProcesses(): boolean {
  isComplete ??= canMakeCgroup();
  return isComplete;
}

function canMakeCgroup(): boolean {
  const cgroup = makeCgroup(`probe-${process.pid}`);
  if (cgroup === undefined) return false;
  void endCgroup(cgroup);
  return true;
}

/** Ends what the commands of a run left, from a process other than its worker. */
export async function endRunProcesses(runId: string): Promise<void> {
  await endRunCgroups(runId);
  await endFound(async () => [
    ...(await findMarked(`${runId}/`)),
    ...(await findHolders((target) => isSharedInRun(target, runId))),
  ]);
}

/** How often a tree that keeps forking is scanned, and the pause in between, in milliseconds. */
const rounds = 50;
const pauseMs = 20;

/**
 * Kills every process that is found, until none is left. Outside Linux, other processes cannot be looked at, so only
 * process groups are ended.
 */
async function endFound(find: () => Promise<number[]>): Promise<void> {
  if (process.platform !== "linux") return;
  for (let round = 0; round < rounds; round++) {
    const pids = await find();
    if (pids.length === 0) return;
    for (const pid of pids) signalProcess(pid, "SIGKILL");
    await sleep(pauseMs);
  }
}

async function findMarked(prefix: string): Promise<number[]> {
  return (await listMarked(prefix)).map(({ pid }) => pid);
}

/**
 * Lists the processes whose marker has the given prefix, with their markers. Opens one file at a time: a machine has
 * hundreds of processes, and a limit on open files.
 */
export async function listMarked(prefix: string): Promise<{ pid: number; marker: string }[]> {
  const start = `\0${markerVariable}=`;
  const found: { pid: number; marker: string }[] = [];
  for (const pid of await listPids()) {
    const environment = `\0${await retryWhileOutOfFiles(() => readEnvironment(pid))}`;
    if (!environment.includes(start + prefix)) continue;
    const begin = environment.indexOf(start) + start.length;
    found.push({ pid, marker: environment.slice(begin).split("\0")[0] ?? "" });
  }
  return found;
}

/** Returns an empty text for a process that has ended or belongs to another user. */
function readEnvironment(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1");
  } catch (error) {
    const code = readErrorCode(error);
    if (code === "EMFILE" || code === "ENFILE") throw error;
    return "";
  }
}
