import { git } from "./git.ts";

/** The checkout that a directory is in. Paths are absolute and without links. */
export interface Repository {
  /** The top of the checkout. */
  top: string;
  /** The directory's place below the top: `packages/shop`, or nothing at the top. */
  folder: string;
  /** What git keeps for this checkout alone: its index, its HEAD. */
  gitDirectory: string;
  /** What all checkouts of the repository share: objects, branches, the list of worktrees. */
  commonDirectory: string;
}

/** Undefined outside a checkout, and where git could not be started. */
export async function findRepository(directory: string): Promise<Repository | undefined> {
  const asked = ["--show-toplevel", "--git-dir", "--git-common-dir", "--show-prefix"];
  const { failed, stdout } = await git(directory, ["rev-parse", "--path-format=absolute", ...asked]);
  const [top, gitDirectory, commonDirectory, prefix = ""] = stdout.split("\n");
  if (failed || top === undefined || gitDirectory === undefined || commonDirectory === undefined)
    return undefined;
  return { top, folder: prefix.replace(/\/$/, ""), gitDirectory, commonDirectory };
}

/** The git branch that a name stands for, such as `HEAD`; undefined where it stands for none, or for a remote's. */
export async function findBranchName(directory: string, name: string): Promise<string | undefined> {
  const args = ["rev-parse", "--symbolic-full-name", "--verify", "--quiet", "--end-of-options", name];
  const { stdout } = await git(directory, args);
  return /^refs\/heads\/(.+)$/.exec(stdout)?.[1];
}

/** The commit that a name stands for, or undefined where it stands for none. */
export async function findCommit(directory: string, name: string): Promise<string | undefined> {
  const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`];
  const { failed, stdout } = await git(directory, args);
  return failed ? undefined : stdout;
}
