import {
  closeSync,
  constants,
  type Dirent,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
} from "node:fs";
import { link, mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { CoreError, getMessage } from "../core-error.ts";
import { readErrorCode } from "../read-error-code.ts";
import { checkRecordPath, findWorkspace } from "./record-path.ts";
import { syncFolders } from "./sync-folders.ts";

interface WriteOptions {
  /** Whether the file must survive a crash of the machine once written, which takes milliseconds. Default false. */
  durable?: boolean | undefined;
}

/**
 * Writes a file atomically: readers see the old content or the new, never a part, even if we are killed. Creates
 * missing folders.
 */
export async function writeAtomically(
  path: string,
  content: string | Uint8Array,
  { durable = false }: WriteOptions = {},
): Promise<void> {
  checkRecordPath(path);
  await mkdir(dirname(path), { recursive: true });
  const temporary = join(dirname(path), makeTemporaryName());
  try {
    // The content is on disk before the name is.
    await writeFile(temporary, content, { flag: "wx", flush: durable });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  if (durable) await syncFolders(dirname(path), findWorkspace(path) ?? dirname(path));
}

/**
 * Writes a file atomically unless one of that name already exists, which is left alone.
 * @returns whether it was written
 */
export async function writeNew(path: string, content: string): Promise<boolean> {
  checkRecordPath(path);
  await mkdir(dirname(path), { recursive: true });
  const temporary = join(dirname(path), makeTemporaryName());
  try {
    await writeFile(temporary, content, { flag: "wx" });
    // Unlike a rename, a link never replaces an existing file.
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

/** Generates a name for a file that is still being written; listings skip such files. */
export function makeTemporaryName(): string {
  // The global object, because the server would start later if it loaded the module.
  return temporaryPrefix + crypto.randomUUID();
}

export function isTemporary(path: string): boolean {
  return basename(path).startsWith(temporaryPrefix);
}

/**
 * Reads the text of a small file; undefined if there is none. Synchronous on purpose: a record takes some 10
 * microseconds, ten times less than the four trips to the thread pool of an asynchronous read.
 * @throws CoreError `record_unreadable`
 */
export async function readIfPresent(path: string): Promise<string | undefined> {
  return readText(path, lookThrough, 0);
}

/**
 * Reads the text of a record; undefined if there is none. Refuses links, because records are always regular files.
 * Returns no promise: a comparison reads thousands of records, and the promises would take as long as the files.
 * @throws CoreError `record_unreadable`
 */
export function readRecordText(path: string, look: Look = lookAt): string | undefined {
  return readText(path, look, constants.O_NOFOLLOW);
}

/** Tells what is at a path; undefined if nothing is. */
export type Look = (path: string) => Pick<Dirent, "isFile"> | undefined;

export const lookAt: Look = (path) => lstatSync(path, { throwIfNoEntry: false });
const lookThrough: Look = (path) => statSync(path, { throwIfNoEntry: false });

/**
 * Lists a folder once, to tell what is directly in it: looking at each of its records takes half as long as reading
 * them. What is added later is not seen.
 * @throws CoreError `record_unreadable`
 */
export function lookInto(directory: string): Look {
  const entries = listEntries(directory);
  return (path) => {
    const wanted = path.slice(directory.length + 1);
    return entries.find(({ name }) => name === wanted);
  };
}

/** What most records fit into: reading into it costs half as much as having Node find out how much there is. */
const buffer = Buffer.allocUnsafe(2 ** 16);

/** Looks first, because failing to open a file takes longer than reading one. */
function readText(path: string, look: Look, flags: number): string | undefined {
  try {
    const found = look(path);
    if (found === undefined) return undefined;
    // Reading a device may never end.
    if (!found.isFile()) throw new Error("it is not a regular file");
    // Without O_NONBLOCK, a pipe that takes its place would block until it has a writer.
    const file = openSync(path, flags | constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const size = readSync(file, buffer, 0, buffer.length, 0);
      return size < buffer.length ? buffer.toString("utf8", 0, size) : readFileSync(file, "utf8");
    } finally {
      closeSync(file);
    }
  } catch (error) {
    return refuseUnreadable(path, error);
  }
}

/** Whether a path is an existing folder. */
export async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/**
 * Lists the names of the folders in a folder, unsorted; empty if it does not exist.
 * @throws CoreError `record_unreadable`
 */
export async function listFolders(directory: string): Promise<string[]> {
  return listEntries(directory)
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}

/**
 * Lists the contents of a folder, unsorted; empty if it does not exist. Synchronous, like reading small files.
 * @throws CoreError `record_unreadable`
 */
export function listEntries(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    refuseUnreadable(directory, error);
    return [];
  }
}

/** For `catch`: undefined if nothing exists there. @throws CoreError `record_unreadable` */
function refuseUnreadable(path: string, cause: unknown): undefined {
  if (isMissing(cause)) return;
  throw new CoreError("record_unreadable", `${path} cannot be read: ${getMessage(cause)}`, {
    hint: repairRecord,
    cause,
  });
}

/** What to do about a record that cannot be read. */
export const repairRecord = "Repair or remove it, then try again.";

/** Returns when a file was last modified, in milliseconds since the epoch; undefined if there is none. */
export function readModificationTime(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}

/** For `catch`: undefined if nothing exists there; rethrows any other failure. */
export function ignoreMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error;
}

/** Whether a file operation failed because nothing exists there. */
export function isMissing(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR"].includes(readErrorCode(error) ?? "");
}
