import { createHash } from "node:crypto";
import { lstat, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { ignoreCoreError } from "../../utils/core-error.ts";
import { git } from "../git.ts";
import { findRepository } from "../repository.ts";
import { readStatus, type Status } from "./status.ts";
import { findHiddenChanges } from "./unsaved-files.ts";

/** Beyond this many changed files, their contents are not compared. */
const mostFiles = 5_000;
/** Files larger than this, in bytes, are identified by size and modification time instead of a hash. */
const mostHashed = 8 * 2 ** 20;

/**
 * The files that differ from the last commit: paths relative to the top of the tree, each with an identifier of its
 * content.
 */
export type ChangedFiles = ReadonlyMap<string, string>;

/**
 * Reads which files of a directory are changed, new or deleted, except our records and what git ignores.
 * @returns undefined if git fails, or if there are too many
 */
export async function readChangedFiles(directory: string): Promise<ChangedFiles | undefined> {
  return identifyFiles(directory, await readStatus(directory));
}

/**
 * Identifies the content of the files that differ from the last commit, also of those that git was told to ignore changes
 * in.
 * @returns undefined if git fails, or if there are too many
 */
export async function identifyAllChanges(
  directory: string,
  status: Status | undefined,
): Promise<ChangedFiles | undefined> {
  const [hidden, repository] = await Promise.all([
    findHiddenChanges(directory).catch(ignoreCoreError),
    findRepository(directory),
  ]);
  if (status === undefined || hidden === undefined || repository === undefined) return undefined;
  const paths = [...status.paths, ...hidden.map((name) => join(repository.folder, name))];
  return identifyFiles(directory, { ...status, paths: [...new Set(paths)] });
}

/**
 * Identifies the content of the files that differ from the last commit.
 * @param status of the directory; undefined if git failed
 */
export async function identifyFiles(
  directory: string,
  status: Status | undefined,
): Promise<ChangedFiles | undefined> {
  if (status === undefined || status.paths.length > mostFiles) return undefined;
  const { paths } = status;
  if (paths.length === 0) return new Map();
  // git prints paths relative to the top, wherever it runs.
  const { stdout: top } = await git(directory, ["rev-parse", "--show-toplevel"]);
  const files = new Map<string, string>();
  for (const path of paths) files.set(path, await identifyContent(join(top, path)));
  return files;
}

async function identifyContent(path: string): Promise<string> {
  try {
    const found = await lstat(path);
    if (found.isSymbolicLink()) return `link to ${await readlink(path)}`;
    if (!found.isFile()) return "no file";
    if (found.size > mostHashed) return `${found.size} bytes of ${found.mtimeMs}`;
    return createHash("sha256")
      .update(await readFile(path))
      .digest("hex");
  } catch {
    return "gone";
  }
}
