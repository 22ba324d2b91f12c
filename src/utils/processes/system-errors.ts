import { accessSync, constants } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import type { ErrorCode } from "../../../schemas/error-codes.ts";
import { CoreError } from "../core-error.ts";
import { findExisting } from "../files/record-path.ts";
import { readErrorCode } from "../read-error-code.ts";

interface SystemError {
  code: ErrorCode;
  message: string;
  hint: string;
  retryable: boolean;
}

const diskFull: SystemError = {
  code: "disk_full",
  message: "No space left on the disk",
  hint: "Free some space, for example by cleaning up what experiments left behind, then call again.",
  retryable: true,
};
const readOnly: SystemError = {
  code: "read_only",
  message: "The file system is read-only",
  hint: "Make the workspace writable, or work in a copy that is; then call again.",
  retryable: false,
};
const notPermitted: SystemError = {
  code: "permission_denied",
  message: "This user lacks permission",
  hint: "Grant the user that runs this server access to the path in the message, then call again.",
  retryable: false,
};
const tooManyFiles: SystemError = {
  code: "too_many_open_files",
  message: "Too many files are open",
  hint: "Raise the limit (ulimit -n), or run fewer experiments at once; then call again.",
  retryable: true,
};
const noProcess: SystemError = {
  code: "no_more_processes",
  message: "The machine cannot start another process",
  hint: "Raise the limit (ulimit -u), free memory, or run fewer experiments at once; then call again.",
  retryable: true,
};

/** By Node's error codes, which are those of errno. */
const systemErrors: Readonly<Record<string, SystemError>> = {
  ENOSPC: diskFull,
  EDQUOT: diskFull,
  EROFS: readOnly,
  EACCES: notPermitted,
  EPERM: notPermitted,
  EMFILE: tooManyFiles,
  ENFILE: tooManyFiles,
  EAGAIN: noProcess,
  ENOMEM: noProcess,
};

/** Turns a failure caused by the machine into an error with a code and advice; undefined for any other failure. */
export function findSystemError(error: unknown): CoreError | undefined {
  const own = readErrorCode(error);
  if (!(error instanceof Error) || error instanceof CoreError || own === undefined) return undefined;
  const found = findReadOnlyCode(error) ?? own;
  const trouble = Object.hasOwn(systemErrors, found) ? systemErrors[found] : undefined;
  if (trouble === undefined) return undefined;
  const { code, message, ...advice } = trouble;
  return new CoreError(code, `${message}: ${error.message}`, { ...advice, cause: error });
}

/** On a read-only file system, Node reports ENOENT for a folder that could not be created. */
function findReadOnlyCode(error: Error): "EROFS" | undefined {
  const { success, data } = failedMkdirSchema.safeParse(error);
  if (!success) return undefined;
  try {
    accessSync(findExisting(dirname(data.path)), constants.W_OK);
    return undefined;
  } catch (cause) {
    return readErrorCode(cause) === "EROFS" ? "EROFS" : undefined;
  }
}

const failedMkdirSchema = z.object({
  code: z.literal("ENOENT"),
  syscall: z.literal("mkdir"),
  path: z.string(),
});

/** Returns the system limit that prevented a program from starting, if that was the reason. @param code of errno */
export function findSpawnError(program: string, code: string | undefined): CoreError | undefined {
  if (code === undefined || !["EMFILE", "ENFILE", "EAGAIN", "ENOMEM"].includes(code)) return undefined;
  return findSystemError(Object.assign(new Error(`${program} could not be started`), { code }));
}

/** Returns an error if it is one of ours or one of the machine's that people can act on; undefined for a defect. */
export function findKnownError(error: unknown): CoreError | undefined {
  return error instanceof CoreError ? error : findSystemError(error);
}

/** For `catch`: returns a known error, and rethrows a defect. */
export function asKnownError(error: unknown): CoreError {
  const known = findKnownError(error);
  if (known === undefined) throw error;
  return known;
}

/** How often, and at what interval in milliseconds, we wait for files to be closed. */
const tries = 100;
const pauseMs = 50;

/** Runs a task, retrying while too many files are open. @throws whatever it throws; EMFILE after some seconds */
export async function retryWhileOutOfFiles<Result>(task: () => Result | Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await task();
    } catch (error) {
      if (!isOutOfFileDescriptors(error) || attempt === tries) throw error;
    }
    await sleep(pauseMs);
  }
}

/** Whether this process, or the machine, has too many open files. */
export function isOutOfFileDescriptors(error: unknown): boolean {
  return ["EMFILE", "ENFILE"].includes(readErrorCode(error) ?? "");
}
