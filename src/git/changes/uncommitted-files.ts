import { git } from "../git.ts";

/** Files that are in no commit. */
export interface UncommittedFiles {
  ignored: string[];
  untracked: string[];
}

/**
 * Finds which of the named files exist but are in no commit. Empty outside a repository.
 * @param names relative to the directory, with `/`
 */
export async function findUncommittedFiles(
  directory: string,
  names: readonly string[],
): Promise<UncommittedFiles> {
  if (names.length === 0) return { ignored: [], untracked: [] };
  const list = ["status", "--porcelain", "-z", "--untracked-files=all", "--ignored=matching", "--", ...names];
  const { stdout: status } = await git(directory, list);
  const prefix = (await git(directory, ["rev-parse", "--show-prefix"])).stdout;
  const entries = new Set(status.split("\0"));
  const marked = (mark: string) => names.filter((name) => entries.has(`${mark} ${prefix}${name}`));
  return { ignored: marked("!!"), untracked: marked("??") };
}
