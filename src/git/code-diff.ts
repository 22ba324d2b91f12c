import { git } from "./git.ts";
import { ownFiles } from "./own-files.ts";
import { openScratch, snapshot } from "./scratch.ts";

/** Lines of a branch against where it left another, beside our records. Binary files and new names count no lines. */
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
  environment: Record<string, string> = {},
): Promise<CodeDiff | undefined> {
  const range = `${base}...${commit}`;
  const args = ["diff", "--numstat", "--find-renames", "--end-of-options", range, "--", ...ownFiles];
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

/**
 * The same of a directory as it is, with what is not committed and what git does not ignore.
 * @param place where a scratch may be made
 */
export async function readTreeDiff(
  directory: string,
  base: string,
  place: string,
): Promise<CodeDiff | undefined> {
  await using scratch = await openScratch(directory, place);
  if (scratch === undefined) return undefined;
  const commit = await snapshot(directory, scratch);
  // Awaited here: the scratch goes when this function returns.
  return commit === undefined ? undefined : await readCodeDiff(directory, base, commit, scratch.environment);
}
