import { closeSync, openSync, readSync } from "node:fs";
import { isOutOfFileDescriptors } from "./system-errors.ts";

/** Shared by all calls, because a machine has hundreds of processes to look at. Grows as needed. */
let buffer = Buffer.allocUnsafe(2 ** 16);

/**
 * Returns the environment with which a process was started: `NAME=value` for each variable, separated by null
 * characters. Empty for a process that has ended or belongs to another user. On Linux only.
 * @throws the system's error if there are too many open files
 */
export function readEnvironment(pid: number): string {
  try {
    const file = openSync(`/proc/${pid}/environ`, "r");
    try {
      return buffer.toString("latin1", 0, fill(file));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (isOutOfFileDescriptors(error)) throw error;
    return "";
  }
}

/** Reads a whole file into the buffer. @returns its length in bytes */
function fill(file: number): number {
  let length = 0;
  for (;;) {
    const read = readSync(file, buffer, length, buffer.length - length, null);
    if (read === 0) return length;
    length += read;
    if (length === buffer.length) buffer = Buffer.concat([buffer], 2 * length);
  }
}
