import { createWriteStream, openSync, readlinkSync, unlinkSync, type WriteStream } from "node:fs";
import { join } from "node:path";

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

/**
 * Returns where a process's descriptor of such a file leads; empty if it has none, has ended or belongs to another user.
 */
export function readSharedTarget(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/fd/${descriptor}`);
  } catch {
    return "";
  }
}
