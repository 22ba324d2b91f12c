import { git } from "./git.ts";
import { tryMerge } from "./merge/merge-tree.ts";
import { openScratch } from "./scratch.ts";

/**
 * Whether nothing of anybody's is lost when a commit is named no more: it is on a git branch or a tag, or it is a merge
 * of such commits that git makes again just so.
 * @param place a directory where a scratch may be made
 */
export async function isKept(directory: string, commit: string, place: string): Promise<boolean> {
  if (await isNamed(directory, commit)) return true;
  const { stdout } = await git(directory, ["rev-list", "--parents", "--max-count=1", commit]);
  const [, ours, theirs, ...others] = stdout.split(" ");
  if (ours === undefined || theirs === undefined || others.length > 0) return false;
  if (!(await isNamed(directory, ours)) || !(await isNamed(directory, theirs))) return false;
  await using scratch = await openScratch(directory, place);
  const trial = scratch && (await tryMerge(directory, ours, theirs, scratch));
  const tree = await git(directory, ["rev-parse", `${commit}^{tree}`]);
  return trial?.clean === true && trial.tree === tree.stdout;
}

/** Whether a git branch, of a remote too, or a tag has a commit. */
async function isNamed(directory: string, commit: string): Promise<boolean> {
  const args = ["for-each-ref", "--count=1", "--contains", commit, "refs/heads", "refs/remotes", "refs/tags"];
  const { failed, stdout } = await git(directory, args);
  return !failed && stdout !== "";
}

/** How many commits of a git branch are on no other one, and on no tag. */
export async function countOwnCommits(directory: string, gitBranch: string): Promise<number> {
  const others = [`--exclude=${gitBranch}`, "--branches", "--remotes", "--tags"];
  const args = ["rev-list", "--count", `refs/heads/${gitBranch}`, "--not", ...others];
  const { failed, stdout } = await git(directory, args);
  return failed ? Number.NaN : Number(stdout);
}
