import { randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
} from "node:fs";
import { link, mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { CoreError, getMessage } from "../core-error.ts";
import { readErrorCode } from "../read-error-code.ts";
import { checkRecordPlace } from "./record-place.ts";

/**
 * Writes a file whole: whoever reads it, and whenever we are killed, sees the old content or the new, never a part.
 * Folders are made on demand.
 */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  checkRecordPlace(path);
  await mkdir(dirname(path), { recursive: true });
  const temporary = join(dirname(path), temporaryName());
  try {
    await writeFile(temporary, content, { flag: "wx" });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/**
 * Writes a file whole, unless something is there under its name already, which stays as it is.
 * @returns whether it was written
 */
export async function writeNew(path: string, content: string): Promise<boolean> {
  checkRecordPlace(path);
  await mkdir(dirname(path), { recursive: true });
  const temporary = join(dirname(path), temporaryName());
  try {
    await writeFile(temporary, content, { flag: "wx" });
    // Unlike a rename, a link replaces nothing.
    await link(temporary, path);
    return true;
  } catch (error) {
    if (readErrorCode(error) !== "EEXIST") throw error;
    return false;
  } finally {
    await rm(temporary, { force: true });
  }
}

const temporaryPrefix = ".writing-";

/** A name for a file that is not whole yet; listings pass over it. */
export function temporaryName(): string {
  return temporaryPrefix + randomBytes(8).toString("hex");
}

export function isTemporary(path: string): boolean {
  return basename(path).startsWith(temporaryPrefix);
}

/**
 * The text of a small file, or undefined where there is none. Read in place: a record takes some 10 microseconds so,
 * ten times less than the four trips to the thread pool that an asynchronous read makes.
 * @throws CoreError `record_unreadable`
 */
export async function readIfPresent(path: string, flags = 0): Promise<string | undefined> {
  try {
    // A pipe would keep us waiting for its writer.
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | flags);
    try {
      // A device may never end.
      if (!fstatSync(file).isFile()) throw new Error("it is not a plain file");
      return readFileSync(file, "utf8");
    } finally {
      closeSync(file);
    }
  } catch (error) {
    return refuseUnreadable(path, error);
  }
}

/**
 * The text of a record, or undefined where there is none. Records are ours to write: a link leads to what is none.
 * @throws CoreError `record_unreadable`
 */
export function readRecordText(path: string): Promise<string | undefined> {
  return readIfPresent(path, constants.O_NOFOLLOW);
}

/** Whether a folder is there. */
export async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/**
 * The names of the folders in a folder, unsorted; empty where there is none.
 * @throws CoreError `record_unreadable`
 */
export async function foldersIn(directory: string): Promise<string[]> {
  return entriesIn(directory)
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}

/**
 * What is in a folder, unsorted; empty where there is none. Read in place, as small files are.
 * @throws CoreError `record_unreadable`
 */
export function entriesIn(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    refuseUnreadable(directory, error);
    return [];
  }
}

/** For `catch`: undefined where nothing is there. */
function refuseUnreadable(path: string, cause: unknown): undefined {
  if (isMissing(cause)) return;
  throw new CoreError("record_unreadable", `${path} cannot be read: ${getMessage(cause)}`, {
    hint: repairRecord,
    cause,
  });
}

/** What to do about a record that cannot be read. */
export const repairRecord = "Repair or remove it, then try again.";

/** When a file was last written, in milliseconds since 1970; undefined where there is none. */
export function modifiedAt(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}

/** For `catch`: undefined where nothing is there, any other failure thrown again. */
export function ignoreMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error;
}

/** Whether a file operation failed because nothing is there. */
export function isMissing(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR"].includes(readErrorCode(error) ?? "");
}
