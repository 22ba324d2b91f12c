import { readdirSync, realpathSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

/** Paths of a repository; the top is its checkout's. */
interface Place {
  top: string;
  gitDirectory: string;
  commonDirectory: string;
}

/**
 * Describes all that decides which repository a directory belongs to: every `.git` from there up to the top of the
 * checkout, and the repository that they lead to.
 * @returns undefined if part of it cannot be read
 */
export function markPlace(directory: string, place: Place | undefined): string | undefined {
  if (place === undefined) return undefined;
  const { top, gitDirectory, commonDirectory } = place;
  try {
    const folders = listUpwards(realpathSync(directory), top);
    return [
      ...folders.flatMap((folder) => [folder, markFile(join(folder, ".git"))]),
      ...[gitDirectory, join(gitDirectory, "HEAD"), commonDirectory].map(markKind),
      markFile(join(gitDirectory, "commondir")),
      markFile(join(commonDirectory, "config")),
    ].join("\n");
  } catch {
    return undefined;
  }
}

/** Describes which worktrees git knows, and where. */
export function markWorktrees(commonDirectory: string): string | undefined {
  const directory = join(commonDirectory, "worktrees");
  try {
    const names = statSync(directory, { throwIfNoEntry: false }) === undefined ? [] : readdirSync(directory);
    return [
      ...names.sort().flatMap((name) => [name, markFile(join(directory, name, "gitdir"))]),
      markFile(join(commonDirectory, "config")),
    ].join("\n");
  } catch {
    return undefined;
  }
}

/** Lists a folder and those above it, up to the top; up to the root if that is elsewhere. */
function listUpwards(folder: string, top: string): string[] {
  const above = dirname(folder);
  return folder === top || folder === above ? [folder] : [folder, ...listUpwards(above, top)];
}

/** Describes a file by what changes whenever somebody replaces it. A folder's content changes all the time. */
export function markFile(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return "none";
  const { dev, ino, size, mtimeMs } = found;
  return found.isFile() ? [dev, ino, size, mtimeMs].join(" ") : `folder ${dev} ${ino}`;
}

function markKind(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? "none" : found.isFile() ? "file" : "folder";
}
