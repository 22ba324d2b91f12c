import { CoreError } from "../utils/core-error.ts";
import { listHidden, unhide } from "./changes/unsaved-files.ts";
import { git } from "./git.ts";
import { authorIdentity } from "./scratch.ts";

/** `--no-verify` alone would still run the hooks that prepare a message and follow a commit. */
const settings = ["-c", "commit.gpgSign=false", "-c", "core.hooksPath=/dev/null"];

/**
 * Commits files of a checkout as they are, including new and deleted ones, on its current git branch. Runs no hooks and
 * signs nothing: the commit preserves work, it does not publish it.
 * @param paths relative to the top of the checkout
 * @returns the commit
 * @throws CoreError `commit_failed`, `git_unreadable`; nothing was committed in that case
 */
export async function commitFiles(top: string, paths: readonly string[], message: string): Promise<string> {
  const hidden = (await listHidden(top)).filter((path) => paths.includes(path));
  if (hidden.length > 0) await unhide(top, hidden);
  const from = ["--pathspec-from-file=-", "--pathspec-file-nul"];
  const input = paths.join("\0");
  const added = await git(
    top,
    [...settings, "--literal-pathspecs", "add", "--all", "--sparse", ...from],
    {},
    { input },
  );
  if (added.failed) throw failed(top, added.stderr);
  const args = [...settings, "commit", "--quiet", "--no-verify", "--allow-empty", "-m", message];
  const identity = (await git(top, ["var", "GIT_COMMITTER_IDENT"])).failed ? authorIdentity : {};
  const committed = await git(top, args, identity);
  if (committed.failed) throw failed(top, committed.stderr);
  return (await git(top, ["rev-parse", "HEAD"])).stdout;
}

function failed(top: string, stderr: string): CoreError {
  return new CoreError("commit_failed", `git could not commit what is in ${top}: ${stderr}`, {
    hint: "Commit by hand, or fix what git reports; then call again.",
  });
}
