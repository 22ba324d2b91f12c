import { git } from "./git.ts";
import { tryMerge } from "./merge/merge-tree.ts";
import { openScratch } from "./scratch.ts";

/**
 * Whether nothing is lost if a commit's last ref is deleted: it is on a git branch or a tag, or it is a merge of such
 * commits that git would recreate identically.
 * @param place a directory in which a scratch may be created
 */
export async function isPreserved(directory: string, commit: string, place: string): Promise<boolean> {
  if (await isReachable(directory, commit)) return true;
  const { stdout } = await git(directory, ["rev-list", "--parents", "--max-count=1", commit]);
  const [, ours, theirs, ...others] = stdout.split(" ");
  if (ours === undefined || theirs === undefined || others.length > 0) return false;
  if (!(await isReachable(directory, ours)) || !(await isReachable(directory, theirs))) return false;
  await using scratch = await openScratch(directory, place);
  const trial = scratch && (await tryMerge(directory, ours, theirs, scratch));
  const tree = await git(directory, ["rev-parse", `${commit}^{tree}`]);
  return trial?.clean === true && trial.tree === tree.stdout;
}

/** Whether a commit is on a git branch, local or remote, or on a tag. */
async function isReachable(directory: string, commit: string): Promise<boolean> {
  const args = ["for-each-ref", "--count=1", "--contains", commit, "refs/heads", "refs/remotes", "refs/tags"];
  const { failed, stdout } = await git(directory, args);
  return !failed && stdout !== "";
}

/** Counts the commits of a git branch that are on no other branch and no tag. */
export async function countUniqueCommits(directory: string, gitBranch: string): Promise<number> {
  const others = [`--exclude=${gitBranch}`, "--branches", "--remotes", "--tags"];
  const args = ["rev-list", "--count", `refs/heads/${gitBranch}`, "--not", ...others];
  const { failed, stdout } = await git(directory, args);
  return failed ? Number.NaN : Number(stdout);
}
