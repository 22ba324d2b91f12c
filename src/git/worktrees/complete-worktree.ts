import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CoreError } from "../../utils/core-error.ts";
import { ignoreMissing } from "../../utils/files/files.ts";
import { git } from "../git.ts";
import { waitForGit } from "../running-git.ts";
import { isUnfinished, lacksEverything, unfinishedMark } from "./check-worktree.ts";

/**
 * Completes an interrupted checkout, if there was one. Existing files stay as they are, except a file that git was just
 * writing; staged changes stay staged.
 * @throws CoreError `worktree_busy`, `worktree_failed`
 */
export async function completeWorktree(path: string, gitDirectory: string): Promise<void> {
  const index = join(gitDirectory, "index");
  const isWhole = async () =>
    existsSync(index) && !(await isUnfinished(gitDirectory)) && !(await lacksEverything(path));
  if (await isWhole()) return;
  await waitForGit(path, gitDirectory);
  if (await isWhole()) return;

  const mark = join(gitDirectory, "locked");
  // A lock placed by someone else stays, and keeps its reason.
  const isMarked = !existsSync(mark) || (await isUnfinished(gitDirectory));
  if (isMarked) await writeFile(mark, unfinishedMark);
  if (!existsSync(index)) await runGit(path, ["read-tree", "HEAD"]);
  const missing = await runGit(path, ["ls-files", "--deleted", "-z"]);
  await runGit(path, ["checkout-index", "--index", "-z", "--stdin"], missing);
  await replaceCutOff(path);
  await git(path, ["update-index", "-q", "--refresh"]);
  if (isMarked) await rm(mark, { force: true });
}

/** Rewrites files that contain only the beginning of the committed content: git was killed while writing them. */
async function replaceCutOff(path: string): Promise<void> {
  const changed = (await runGit(path, ["diff-files", "--name-only", "-z"])).split("\0");
  for (const name of changed.filter((each) => each !== "")) {
    const there = await readFile(join(path, name), "latin1").catch(ignoreMissing);
    if (there === undefined) continue;
    const whole = await git(path, ["cat-file", "--filters", `:${name}`], {}, { isBinary: true });
    if (!whole.failed && whole.stdout.length > there.length && whole.stdout.startsWith(there))
      await runGit(path, ["checkout-index", "--index", "--force", "-z", "--stdin"], name);
  }
}

async function runGit(path: string, args: string[], input = ""): Promise<string> {
  const { failed, stdout, stderr } = await git(path, args, {}, { input });
  if (!failed) return stdout;
  throw new CoreError("worktree_failed", `git could not complete the worktree ${path}: ${stderr}`, {
    hint: "Fix what git reports, then call again: it continues from here.",
  });
}
