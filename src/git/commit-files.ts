import { CoreError } from "../utils/core-error.ts";
import { git } from "./git.ts";
import { authorIdentity } from "./scratch.ts";
import { listHidden } from "./unsaved-files.ts";

/**
 * Commits files of a checkout as they are, including new and deleted ones, on its current git branch. Runs no hooks and
 * signs nothing: the commit preserves work, it does not publish it.
 * @param paths relative to the top of the checkout
 * @returns the commit
 * @throws CoreError `commit_failed`; nothing was committed in that case
 */
export async function commitFiles(top: string, paths: readonly string[], message: string): Promise<string> {
  await unhide(top, paths);
  const from = ["--pathspec-from-file=-", "--pathspec-file-nul"];
  const input = paths.join("\0");
  const added = await git(top, ["--literal-pathspecs", "add", "--all", ...from], {}, { input });
  if (added.failed) throw failed(top, added.stderr);
  const settings = ["-c", "commit.gpgSign=false"];
  const args = [...settings, "commit", "--quiet", "--no-verify", "--allow-empty", "-m", message];
  const identity = (await git(top, ["var", "GIT_COMMITTER_IDENT"])).failed ? authorIdentity : {};
  const committed = await git(top, args, identity);
  if (committed.failed) throw failed(top, committed.stderr);
  return (await git(top, ["rev-parse", "HEAD"])).stdout;
}

/** Clears the flags that hide files from git: `git add` would skip those files. */
async function unhide(top: string, paths: readonly string[]): Promise<void> {
  const hidden = (await listHidden(top)).filter((path) => paths.includes(path));
  if (hidden.length === 0) return;
  const input = hidden.join("\0");
  for (const flag of ["--no-assume-unchanged", "--no-skip-worktree"]) {
    const { failed: isRefused, stderr } = await git(
      top,
      ["update-index", flag, "-z", "--stdin"],
      {},
      { input },
    );
    if (isRefused) throw failed(top, stderr);
  }
}

function failed(top: string, stderr: string): CoreError {
  return new CoreError("commit_failed", `git could not commit what is in ${top}: ${stderr}`, {
    hint: "Commit by hand, or fix what git reports; then call again.",
  });
}
