import { statSync } from "node:fs";
import { join } from "node:path";
import { CoreError } from "../../utils/core-error.ts";
import { listEntries } from "../../utils/files/files.ts";
import type { OnBroken } from "../../utils/files/salvage.ts";

/** How many experiments are remembered, which takes some 10 MB. */
const mostRemembered = 2_000;

/** How long the experiments of one feature push out none of another's, in milliseconds. */
const usedMs = 60_000;

/** A file that changes again this soon after it was read may look as it did before, in milliseconds. */
const settledMs = 1_000;

interface Remembered<Records> {
  records: Records;
  /** The folders and files that they were read from. */
  paths: readonly string[];
  mark: string;
  /** In milliseconds since the epoch. */
  usedAt: number;
}

/**
 * Makes a reader of folders read one again only if anything in it has changed since: a server compares the same
 * experiments again and again. A folder is remembered when it is read for the second time, because most processes read
 * each once; and never if it could not be read as a whole. Others may hold what is returned, so it is frozen.
 */
export function rememberUnchanged<Input, Records extends { problem?: string }>(
  nameFolder: (input: Input) => string,
  read: (input: Input, onBroken: OnBroken) => Promise<Records | undefined>,
): (input: Input, onBroken?: OnBroken) => Promise<Records | undefined> {
  /** The longest unused first. */
  const remembered = new Map<string, Remembered<Records>>();
  const seen = new Set<string>();
  const makeRoom = (now: number): boolean => {
    const [oldest] = remembered;
    if (oldest === undefined || remembered.size < mostRemembered) return true;
    if (oldest[1].usedAt > now - usedMs) return false;
    return remembered.delete(oldest[0]);
  };
  return async (input, onBroken = () => {}) => {
    const directory = nameFolder(input);
    const begun = Date.now();
    const last = remembered.get(directory);
    remembered.delete(directory);
    if (last !== undefined && last.mark === markFiles(last.paths).mark) {
      remembered.set(directory, { ...last, usedAt: begun });
      return last.records;
    }
    // Marked before they are read: what changes from then on looks different the next time.
    const paths = seen.has(directory) ? listPaths(directory) : undefined;
    const before = paths && markFiles(paths);
    let isWhole = true;
    const records = await read(input, (...of) => {
      isWhole = false;
      onBroken(...of);
    });
    if (records === undefined || records.problem !== undefined || !isWhole) return records;
    if (paths === undefined || before === undefined) {
      if (seen.size >= mostRemembered) seen.clear();
      seen.add(directory);
      return records;
    }
    if (before.changedAt >= begun - settledMs || !makeRoom(begun)) return records;
    remembered.set(directory, { records: freeze(records), paths, mark: before.mark, usedAt: begun });
    return records;
  };
}

/** Lists the folder, its files, and the folders in it at any depth, whose own files count by their names alone. */
function listPaths(directory: string): string[] {
  try {
    const entries = listEntries(directory);
    const listFolders = (folder: string): string[] => [
      folder,
      ...listEntries(folder).flatMap((entry) =>
        entry.isDirectory() ? listFolders(join(folder, entry.name)) : [],
      ),
    ];
    const files = entries.filter((entry) => !entry.isDirectory());
    return [...listFolders(directory), ...files.map(({ name }) => join(directory, name))];
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    return [directory];
  }
}

/**
 * Describes files by what changes whenever they do. Nobody can set the time at which a file itself changed.
 * @returns when the last of them changed too, in milliseconds since the epoch
 */
function markFiles(paths: readonly string[]): { mark: string; changedAt: number } {
  let mark = "";
  let changedAt = 0;
  for (const path of paths) {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) return { mark: "", changedAt: Number.POSITIVE_INFINITY };
    mark += `${found.dev} ${found.ino} ${found.size} ${found.mtimeMs} ${found.ctimeMs}\n`;
    changedAt = Math.max(changedAt, found.ctimeMs);
  }
  return { mark, changedAt };
}

/** Freezes a value and all in it, so that nobody changes what others hold. */
function freeze<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const field of Object.values(value)) freeze(field);
  return Object.freeze(value);
}
