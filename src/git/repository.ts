import { CoreError } from "../utils/core-error.ts";
import { git } from "./git.ts";
import { markPlace } from "./marks.ts";
import { remember } from "./remember.ts";

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

/**
 * Finds the repository of a directory; undefined outside a checkout, and if git could not be started. Git is not asked
 * again while everything that its answer depends on is as it was.
 */
export const findRepository: (directory: string) => Promise<Repository | undefined> = remember(
  askForRepository,
  markPlace,
);

async function askForRepository(directory: string): Promise<Repository | undefined> {
  const asked = ["--show-toplevel", "--git-dir", "--git-common-dir", "--show-prefix"];
  const { failed, stdout } = await git(directory, ["rev-parse", "--path-format=absolute", ...asked]);
  const [top, gitDirectory, commonDirectory, prefix = ""] = stdout.split("\n");
  if (failed || top === undefined || gitDirectory === undefined || commonDirectory === undefined)
    return undefined;
  return { top, folder: prefix.replace(/\/$/, ""), gitDirectory, commonDirectory };
}

/**
 * Tells why git finds no repository, where there is one that it does not read: one that belongs to another user, or
 * whose configuration is damaged.
 * @returns CoreError `git_unreadable`; undefined if git reads it, or if there is none
 */
export async function findRepositoryFault(directory: string): Promise<CoreError | undefined> {
  const { exitCode, stderr } = await git(directory, ["rev-parse", "--git-dir"]);
  if (exitCode === undefined || exitCode === 0 || stderr.includes("not a git repository")) return undefined;
  const owner = /git config --global --add safe\.directory .*/.exec(stderr)?.[0];
  const what = owner === undefined ? stderr.trim() : "it belongs to another user";
  return new CoreError("git_unreadable", `git refuses to read the repository of ${directory}: ${what}`, {
    hint: owner === undefined ? "Fix what git reports, then call again." : `If you trust it: ${owner}`,
  });
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
