import { git } from "./git.ts";

/** The checkout that contains a directory. Paths are absolute, with links resolved. */
export interface Repository {
  /** The top of the checkout. */
  top: string;
  /** The directory's path below the top, such as `packages/shop`; empty at the top. */
  folder: string;
  /** What git keeps for this checkout only: its index, its HEAD. */
  gitDirectory: string;
  /** What all checkouts of the repository share: objects, branches, the list of worktrees. */
  commonDirectory: string;
}

/** Finds the repository of a directory; undefined outside a checkout, and if git could not be started. */
export async function findRepository(directory: string): Promise<Repository | undefined> {
  const asked = ["--show-toplevel", "--git-dir", "--git-common-dir", "--show-prefix"];
  const { failed, stdout } = await git(directory, ["rev-parse", "--path-format=absolute", ...asked]);
  const [top, gitDirectory, commonDirectory, prefix = ""] = stdout.split("\n");
  if (failed || top === undefined || gitDirectory === undefined || commonDirectory === undefined)
    return undefined;
  return { top, folder: prefix.replace(/\/$/, ""), gitDirectory, commonDirectory };
}

/** Resolves a name such as `HEAD` to a local git branch; undefined if it is none. */
export async function findBranchName(directory: string, name: string): Promise<string | undefined> {
  const args = ["rev-parse", "--symbolic-full-name", "--verify", "--quiet", "--end-of-options", name];
  const { stdout } = await git(directory, args);
  return /^refs\/heads\/(.+)$/.exec(stdout)?.[1];
}

/** Resolves a name to a commit; undefined if it is none. */
export async function findCommit(directory: string, name: string): Promise<string | undefined> {
  const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`];
  const { failed, stdout } = await git(directory, args);
  return failed ? undefined : stdout;
}
