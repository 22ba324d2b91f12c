import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { signalGroup, signalProcess } from "../../utils/processes/signal.ts";
import { retryWhileOutOfFiles } from "../../utils/processes/system-errors.ts";
import { readErrorCode } from "../../utils/read-error-code.ts";
import { type Cgroup, endCgroup, endRunCgroups, enterCgroup, makeCgroup } from "./cgroup.ts";

/** Marks every process of a command, so that one that left its group is still known as ours. */
export const markerVariable = "LAKEBASE_EXPERIMENTS_MARKER";

/** A command's processes: what it started, and all that comes from that. */
export interface ProcessTree {
  /** Ends all of them, however they hid. */
  end: () => Promise<void>;
}

/** Follows a command that has just been started in a process group of its own, with its marker in its environment. */
export function followTree(pid: number | undefined, marker: string): ProcessTree {
  const cgroup = pid === undefined ? undefined : enterOwnCgroup(pid, marker);
  return {
    end: async () => {
      if (pid !== undefined) signalGroup(pid, "SIGKILL");
      if (cgroup !== undefined) await endCgroup(cgroup);
      // One that a service of the machine started for it is in no group of ours.
      await endMarked(marker);
    },
  };
}

function enterOwnCgroup(pid: number, marker: string): Cgroup | undefined {
  const cgroup = makeCgroup(marker);
  return cgroup !== undefined && enterCgroup(cgroup, pid) ? cgroup : undefined;
}

let isComplete: boolean | undefined;

/**
 * Whether this machine lets us find every process of a command. Where it does not, one that leaves its process group
 * and clears its environment is not found.
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

/** Ends what the commands of a run left, as a process does that did not start them. */
export async function endRunProcesses(runId: string): Promise<void> {
  await endRunCgroups(runId);
  await endMarked(`${runId}/`);
}

/** How often a tree is looked through that goes on forking, and the pause between, in milliseconds. */
const rounds = 50;
const pauseMs = 20;

/**
 * Kills every process whose marker begins as given, until none is left. Where the system shows no environments
 * (outside Linux), there is nothing to find, and the groups are all that is ended.
 */
async function endMarked(prefix: string): Promise<void> {
  if (process.platform !== "linux") return;
  for (let round = 0; round < rounds; round++) {
    const pids = await findMarked(prefix);
    if (pids.length === 0) return;
    for (const pid of pids) signalProcess(pid, "SIGKILL");
    await sleep(pauseMs);
  }
}

/** One file is open at a time, whatever else runs: a machine has hundreds of processes, and a limit of open files. */
async function findMarked(prefix: string): Promise<number[]> {
  const needle = `\0${markerVariable}=${prefix}`;
  const found: number[] = [];
  for (const name of await retryWhileOutOfFiles(() => readdirSync("/proc"))) {
    if (!/^\d+$/.test(name)) continue;
    const environment = await retryWhileOutOfFiles(() => readEnvironment(name));
    if (`\0${environment}`.includes(needle)) found.push(Number(name));
  }
  return found;
}

/** Empty for a process that has ended, or is another user's. */
function readEnvironment(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1");
  } catch (error) {
    const code = readErrorCode(error);
    if (code === "EMFILE" || code === "ENFILE") throw error;
    return "";
  }
}
