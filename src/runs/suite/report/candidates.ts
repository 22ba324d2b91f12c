import type { BigIntStats } from "node:fs";
import { lstat, realpath, stat } from "node:fs/promises";
import { join, posix, relative, sep } from "node:path";
import { escapePath, glob, isDynamicPattern } from "tinyglobby";
import { ignoreMissing } from "../../../utils/files/files.ts";

/** A file found by a plan's path. */
export interface Candidate {
  /** Relative to the search directory, with `/`. */
  name: string;
  /** Absolute, with links resolved. */
  path: string;
  stats: BigIntStats;
}

export interface Candidates {
  files: Candidate[];
  /** Why something there does not count, to follow the path in a sentence: `is not a regular file`. */
  flaw?: string | undefined;
}

/** What to look for: a file, a folder or a glob, and the extension of the files that count in a folder. */
export interface PathSpec {
  path: string;
  extension: string;
}

/** The most files that are read as a report. */
const maxFiles = 20_000;

/** What is never a report, however broad a glob is. The first are our own records, including artifacts. */
const ignored = ["**/.tdd/**", "**/.git/**", "**/node_modules/**"];

/**
 * Finds the files below a directory that match a path. Links that lead out of it are not followed.
 * @throws the signal's reason if it is aborted
 */
export async function findCandidates(
  directory: string,
  { path, extension }: PathSpec,
  signal: AbortSignal,
): Promise<Candidates> {
  const root = await realpath(directory).catch(ignoreMissing);
  if (root === undefined) return { files: [] };
  const names = await findNames(root, posix.normalize(path).replace(/\/$/, ""), signal);
  if (names.length > maxFiles) return { files: [], flaw: `is more than ${maxFiles} files` };
  const files = new Map<string, Candidate>();
  let flaw: string | undefined;
  for (const name of names) {
    signal.throwIfAborted();
    const target = await realpath(join(root, name)).catch(ignoreMissing);
    const stats = target && (await stat(target, { bigint: true }).catch(ignoreMissing));
    if (!target || !stats) continue;
    if (!target.startsWith(root + sep)) {
      flaw ??= "leads out of its folder by a link";
    } else if (stats.isDirectory()) {
      const pattern = `${escapePath(relative(root, target))}/**/*${extension}`;
      const within = await findCandidates(root, { path: pattern, extension }, signal);
      for (const file of within.files) files.set(file.path, file);
      if (within.files.length === 0) flaw ??= within.flaw ?? `is a folder without ${extension} files`;
    } else if (stats.isFile()) {
      files.set(target, { name: relative(root, target).split(sep).join("/"), path: target, stats });
    } else flaw ??= "is not a regular file";
  }
  return { files: [...files.values()], flaw };
}

/**
 * Resolves a path: something with exactly that name, or else the files that match it as a glob, or else the folders.
 */
async function findNames(directory: string, path: string, signal: AbortSignal): Promise<string[]> {
  const isThere = (await lstat(join(directory, path)).catch(ignoreMissing)) !== undefined;
  if (isThere) return [path];
  if (!isDynamicPattern(path)) return [];
  const fixed = { cwd: directory, ignore: ignored, followSymbolicLinks: false, expandDirectories: false };
  const files = await glob(path, { ...fixed, signal });
  const names = files.length > 0 ? files : await glob(path, { ...fixed, signal, onlyDirectories: true });
  signal.throwIfAborted();
  return names;
}
