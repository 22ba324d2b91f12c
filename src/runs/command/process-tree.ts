import { setTimeout as sleep } from "node:timers/promises";
import { listPids } from "../../utils/processes/list-pids.ts";
import { readEnvironment } from "../../utils/processes/read-environment.ts";
import { killProcess, signalGroup } from "../../utils/processes/signal.ts";
import { retryWhileOutOfFiles } from "../../utils/processes/system-errors.ts";
import { type Cgroup, endCgroup, endRunCgroups, enterCgroup, makeCgroup } from "./cgroup.ts";
import { makeMarker, markerVariable } from "./marker.ts";
import { isSharedInRun, readSharedTarget, type SharedFile } from "./shared-file.ts";

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
      await endFound(marker, (target) => target === shared?.target);
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
  await endFound(makeMarker(runId), (target) => isSharedInRun(target, runId));
}

/** How often a tree that keeps forking is scanned, and the pause in between, in milliseconds. */
const rounds = 50;
const pauseMs = 20;

/**
 * Kills every process whose marker has the prefix, or that inherited a shared file, until none is left. Outside Linux,
 * other processes cannot be looked at, so only process groups are ended.
 */
async function endFound(prefix: string, isShared: (target: string) => boolean): Promise<void> {
  if (process.platform !== "linux") return;
  for (let round = 0; round < rounds; round++) {
    let isOver = true;
    for await (const { pid, marker } of readMarkers()) {
      if (marker?.startsWith(prefix) !== true && !isShared(readSharedTarget(pid))) continue;
      killProcess(pid);
      isOver = false;
    }
    if (isOver) return;
    await sleep(pauseMs);
  }
}

/** Lists the processes that have a marker, with their markers. On Linux only. */
export async function listMarked(): Promise<{ pid: number; marker: string }[]> {
  const found: { pid: number; marker: string }[] = [];
  for await (const { pid, marker } of readMarkers()) if (marker !== undefined) found.push({ pid, marker });
  return found;
}

/** Opens one file at a time: a machine has hundreds of processes, and a limit on open files. */
async function* readMarkers(): AsyncGenerator<{ pid: number; marker: string | undefined }> {
  for (const pid of await listPids()) {
    if (pid === process.pid) continue;
    const environment = `\0${await retryWhileOutOfFiles(() => readEnvironment(pid))}`;
    const [, marker] = environment.split(`\0${markerVariable}=`, 2);
    yield { pid, marker: marker?.split("\0", 1)[0] };
  }
}
