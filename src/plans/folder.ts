import { statSync } from "node:fs";
import { join } from "node:path";
import { listEntries, readRecordText } from "../utils/files/files.ts";
import { findProgram } from "../utils/files/find-program.ts";

/** A project folder, for detection: runs nothing, follows no links, writes nothing. */
export interface Folder {
  /** Relative to the project's top folder, with `/`; empty for the top. */
  readonly path: string;
  /** All files in and below it, relative to it, with `/`, sorted. */
  readonly files: readonly string[];
  has: (name: string) => boolean;
  /** Reads a file's text; undefined if there is no such file, or it is too large to be written by hand. */
  read: (name: string) => Promise<string | undefined>;
  /** True if a program of that name is on this machine's PATH. */
  hasProgram: (name: string) => boolean;
  /** Opens a subfolder. */
  enter: (path: string) => Folder;
}

/** Folders that contain no source code of the project. */
const skipped =
  /^(node_modules|vendor|target|build|dist|out|venv|env|__pycache__|coverage|site-packages|tmp)$|^\./;
/** Hidden folders that contain tool configuration. */
const configured = [".config", ".mvn"];

/** Limits for projects full of data: the number of files, the depth of folders, and the bytes per file. */
const mostFiles = 20_000;
const deepest = 12;
const mostBytes = 2 ** 20;

/**
 * Opens a project's folder and lists its files.
 * @param directory absolute path of the project's top folder
 */
export function openProject(directory: string): Folder {
  const files: string[] = [];
  collectFiles(directory, "", 0, files);
  return openFolder(directory, "", files.sort());
}

function openFolder(directory: string, path: string, files: readonly string[]): Folder {
  const known = new Set(files);
  return {
    path,
    files,
    has: (name) => known.has(name),
    read: async (name) => (known.has(name) ? readSmall(join(directory, name)) : undefined),
    hasProgram: (name) => findProgram(name) !== undefined,
    enter: (name) => {
      const inside = files
        .filter((file) => file.startsWith(`${name}/`))
        .map((file) => file.slice(name.length + 1));
      return openFolder(join(directory, name), path === "" ? name : `${path}/${name}`, inside);
    },
  };
}

function collectFiles(directory: string, prefix: string, depth: number, files: string[]): void {
  for (const entry of listReadable(directory)) {
    if (files.length >= mostFiles) return;
    if (entry.isFile()) files.push(prefix + entry.name);
    const isSource = !skipped.test(entry.name) || configured.includes(entry.name);
    if (entry.isDirectory() && isSource && depth < deepest)
      collectFiles(join(directory, entry.name), `${prefix}${entry.name}/`, depth + 1, files);
  }
}

function listReadable(directory: string) {
  try {
    return listEntries(directory);
  } catch {
    return [];
  }
}

async function readSmall(path: string): Promise<string | undefined> {
  const { size = 0 } = statSync(path, { throwIfNoEntry: false }) ?? {};
  try {
    // A byte order mark is no part of the text, whatever reads the file for the project.
    return size > mostBytes ? undefined : readRecordText(path)?.replace(/^\uFEFF/, "");
  } catch {
    return undefined;
  }
}
