import { lstatSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CoreError } from "../../utils/core-error.ts";
import { type GitOptions, git } from "../git.ts";
import { markFile } from "../marks.ts";
import { remember } from "../remember.ts";
import { findRepository } from "../repository.ts";
import { copyIndex, openScratch } from "../scratch.ts";

/**
 * Lists a checkout's uncommitted files, relative to its top: changed, new and deleted ones, including our records and
 * files that git was told to ignore changes in. A nested repository is listed with a trailing slash.
 * @throws CoreError `git_unreadable`
 */
export async function listUnsaved(top: string): Promise<string[]> {
  const options = ["--untracked-files=all", "--no-renames", "--ignore-submodules=none"];
  const [status, hidden] = await Promise.all([
    listGit(top, ["status", "--porcelain", ...options, "-z"]),
    findHiddenChanges(top),
  ]);
  return [...new Set([...status.map((entry) => entry.slice(3)), ...hidden])];
}

/**
 * Lists the changed files below a folder that git was told to ignore changes in, relative to the folder.
 * @throws CoreError `git_unreadable`
 */
export async function findHiddenChanges(top: string): Promise<string[]> {
  return findChanged(top, await listHidden(top));
}

/** Lists the files flagged assume-unchanged or skip-worktree, changed or not. @throws CoreError `git_unreadable` */
export async function listHidden(top: string): Promise<string[]> {
  return (await listFlagged(top))?.names ?? [];
}

/** Git keeps the flags in the index, and writes a new file when they change. */
const listFlagged = remember(
  async (top: string) => {
    const repository = await findRepository(top);
    const index = repository && join(repository.gitDirectory, "index");
    const before = index && markFile(index);
    const entries = await listGit(top, ["ls-files", "-v", "-z"]);
    const names = entries.flatMap((entry) => (/^[a-zS] /.test(entry) ? [entry.slice(2)] : []));
    return { index, before, names };
  },
  (_top, answer) => {
    if (answer?.index === undefined) return undefined;
    const mark = markFile(answer.index);
    return mark === answer.before ? mark : undefined;
  },
);

/** Lists those that exist and differ from the index: git finds them in a copy of it without the flags. */
async function findChanged(top: string, names: readonly string[]): Promise<string[]> {
  const there = names.filter((name) => lstatSync(join(top, name), { throwIfNoEntry: false }) !== undefined);
  if (there.length === 0) return [];
  await using scratch = await openScratch(top, tmpdir());
  const copied = scratch && (await copyIndex(top, scratch));
  if (copied === undefined) return there;
  await unhide(top, there, copied);
  // It fails if there are changes. Without it, a file that was only written anew would count as one.
  await git(top, ["update-index", "-q", "--refresh"], copied);
  const args = ["diff-files", "--name-only", "--relative", "--ignore-submodules=none", "-z"];
  const changed = new Set(await listGit(top, args, copied));
  return there.filter((name) => changed.has(name));
}

/** Clears the flags that hide files from git. @throws CoreError `git_unreadable` */
export async function unhide(
  top: string,
  names: readonly string[],
  environment: Record<string, string> = {},
): Promise<void> {
  const options = { input: names.join("\0") };
  for (const flag of ["--no-assume-unchanged", "--no-skip-worktree"])
    await listGit(top, ["update-index", flag, "-z", "--stdin"], environment, options);
}

/**
 * Returns what a git command lists with `-z`. Never guesses if git fails, because a wrong guess could lose files.
 * @throws CoreError `git_unreadable`
 */
export async function listGit(
  directory: string,
  args: readonly string[],
  environment: Record<string, string> = {},
  options: GitOptions = {},
): Promise<string[]> {
  const { failed, exitCode, stdout, stderr } = await git(directory, args, environment, options);
  // A search that finds nothing says so by its exit status.
  const isEmpty = args[0] === "grep" && exitCode === 1;
  if (!failed || isEmpty) return stdout.split("\0").filter((entry) => entry !== "");
  const why = stderr === "" ? "it could not be started there" : stderr;
  throw new CoreError("git_unreadable", `git could not read the state of ${directory}: ${why}`, {
    hint: "Fix what git reports, then call again.",
  });
}
