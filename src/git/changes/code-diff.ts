import { git } from "../git.ts";
import { projectFiles } from "../project-files.ts";
import { openScratch, snapshot } from "../scratch.ts";

/**
 * How many lines a branch changed since it left another, not counting our records. Binary files and pure renames count
 * no lines.
 */
export interface CodeDiff {
  added: number;
  removed: number;
}

/**
 * Counts the lines that a commit changed since its merge base with `base`.
 * @returns undefined if the two share no history, or there is no repository
 */
export async function readCodeDiff(
  directory: string,
  base: string,
  commit: string,
  environment: Record<string, string> = {},
): Promise<CodeDiff | undefined> {
  const range = `${base}...${commit}`;
  const args = ["diff", "--numstat", "--find-renames", "--end-of-options", range, "--", ...projectFiles];
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
 * Counts the lines that differ in a working directory, including uncommitted files that git does not ignore.
 * @param place a directory in which a scratch may be created
 */
export async function readTreeDiff(
  directory: string,
  base: string,
  place: string,
): Promise<CodeDiff | undefined> {
  await using scratch = await openScratch(directory, place);
  if (scratch === undefined) return undefined;
  const commit = await snapshot(directory, scratch);
  // Awaited here because the scratch is removed when this function returns.
  return commit === undefined ? undefined : await readCodeDiff(directory, base, commit, scratch.environment);
}
