import { git } from "./git.ts";

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
  const range = `${base}...${commit}`;
  const args = [
    "diff",
    "--numstat",
    "--no-renames",
    "--end-of-options",
    range,
    "--",
    ".",
    ":(exclude,top).tdd",
  ];
  const { failed, stdout } = await git(directory, args);
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
