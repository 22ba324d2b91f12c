import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { git } from "./git.ts";

/** All but our records. */
const ownFiles = [".", ":(exclude,top).tdd"];

/** Lines of a branch against where it left another, beside our records. Binary files count no lines. */
export interface CodeDiff {
  added: number;
  removed: number;
}

/**
 * What a commit changed since it left `base`, by their merge base.
 * @returns undefined where the two have no history in common, or there is no repository
 */
export async function readCodeDiff(
  directory: string,
  base: string,
  commit: string,
): Promise<CodeDiff | undefined> {
  return countLines(directory, `${base}...${commit}`);
}

/** The same of a directory as it is, with what is not committed and what git does not ignore. */
export async function readTreeDiff(directory: string, base: string): Promise<CodeDiff | undefined> {
  const ancestor = await git(directory, ["merge-base", "--end-of-options", base, "HEAD"]);
  const index = await git(directory, ["rev-parse", "--path-format=absolute", "--git-path", "index"]);
  if (ancestor.failed || index.failed) return undefined;
  const folder = await mkdtemp(join(tmpdir(), "lakebase-experiments-index-"));
  try {
    // Files that git does not know are made known to a copy of its index: the user's own stays as it is.
    const copy = { GIT_INDEX_FILE: join(folder, "index") };
    await copyFile(index.stdout, copy.GIT_INDEX_FILE);
    const added = await git(directory, ["add", "--intent-to-add", "--", ...ownFiles], copy);
    return added.failed ? undefined : await countLines(directory, ancestor.stdout, copy);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function countLines(
  directory: string,
  range: string,
  environment: Record<string, string> = {},
): Promise<CodeDiff | undefined> {
  const args = ["diff", "--numstat", "--no-renames", "--end-of-options", range, "--", ...ownFiles];
  const { failed, stdout } = await git(directory, args, environment);
  if (failed) return undefined;
  const counts = stdout
    .split("\n")
    .map((line) => /^(\d+)\t(\d+)\t/.exec(line))
    .filter((match) => match !== null);
  return {
    added: counts.reduce((sum, [, added]) => sum + Number(added), 0),
    removed: counts.reduce((sum, [, , removed]) => sum + Number(removed), 0),
  };
}
