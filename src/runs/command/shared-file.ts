import { createWriteStream, openSync, readlinkSync, unlinkSync, type WriteStream } from "node:fs";
import { join } from "node:path";
import { listPids } from "../../utils/processes/list-pids.ts";

/**
 * An open file that a command's processes inherit, and no others have. It identifies a process that left the command
 * before the command was in its control group, and that cleared its environment.
 */
export interface SharedFile {
  /** To be passed to the command, and destroyed here. Nobody writes to it. */
  stream: WriteStream;
  /** Where the descriptor leads, as the system shows it. */
  target: string;
}

/** The first descriptor after the command's output. */
const descriptor = 3;
const sharedName = ".shared";

/**
 * Opens such a file in a command's folder, and deletes it right away.
 * @returns undefined where the files of other processes cannot be listed, or if it cannot be created
 */
export function openSharedFile(folder: string): SharedFile | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    const path = join(folder, sharedName);
    const fd = openSync(path, "wx");
    unlinkSync(path);
    return { stream: createWriteStream(path, { fd }), target: readlinkSync(`/proc/self/fd/${fd}`) };
  } catch {
    return undefined;
  }
}

/** Whether a descriptor leads to a shared file of one of a run's commands, whose folders are named after the run. */
export function isSharedInRun(target: string, runId: string): boolean {
  return target.includes(`/${runId}/`) && target.endsWith(`/${sharedName} (deleted)`);
}

/** Finds the processes that inherited a file. @param isShared receives where a process's descriptor leads */
export async function findHolders(isShared: (target: string) => boolean): Promise<number[]> {
  const pids = await listPids();
  return pids.filter((pid) => pid !== process.pid && isShared(readTarget(pid)));
}

/** Returns an empty text for a process that has no such file, has ended or belongs to another user. */
function readTarget(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/fd/${descriptor}`);
  } catch {
    return "";
  }
}
