import { existsSync } from "node:fs";
import { join } from "node:path";
import { CoreError } from "../utils/core-error.ts";
import { git } from "./git.ts";

/**
 * Lists a checkout's uncommitted files, relative to its top: changed, new and deleted ones, including our records and
 * files that git was told to ignore changes in. A nested repository is listed with a trailing slash.
 * @throws CoreError `git_unreadable`
 */
export async function listUnsaved(top: string): Promise<string[]> {
  const options = ["--untracked-files=all", "--no-renames", "--ignore-submodules=none"];
  const [status, hidden] = await Promise.all([
    listGit(top, ["status", "--porcelain", ...options, "-z"]),
    listHidden(top),
  ]);
  const changed = status.map((entry) => entry.slice(3));
  return [...new Set([...changed, ...(await findChanged(top, hidden))])];
}

/** Lists the files flagged assume-unchanged or skip-worktree, changed or not. @throws CoreError `git_unreadable` */
export async function listHidden(top: string): Promise<string[]> {
  const entries = await listGit(top, ["ls-files", "-v", "-z"]);
  return entries.flatMap((entry) => (/^[a-zS] /.test(entry) ? [entry.slice(2)] : []));
}

/** Lists those that exist and differ from the index. */
async function findChanged(top: string, names: readonly string[]): Promise<string[]> {
  const there = names.filter((name) => existsSync(join(top, name)));
  if (there.length === 0) return [];
  const staged = await listGit(top, ["ls-files", "--stage", "-z"]);
  const known = new Map(staged.map((line) => [line.slice(line.indexOf("\t") + 1), line.split(" ")[1]]));
  const { stdout } = await git(top, ["hash-object", "--stdin-paths"], {}, { input: there.join("\n") });
  const hashes = stdout.split("\n");
  return there.filter((name, index) => known.get(name) !== hashes[index]);
}

/**
 * Returns what a git command lists with `-z`. Never guesses if git fails, because a wrong guess could lose files.
 * @throws CoreError `git_unreadable`
 */
export async function listGit(directory: string, args: readonly string[]): Promise<string[]> {
  const { failed, stdout, stderr } = await git(directory, args);
  if (!failed) return stdout.split("\0").filter((entry) => entry !== "");
  throw new CoreError("git_unreadable", `git could not read the state of ${directory}: ${stderr}`, {
    hint: "Fix what git reports, then call again.",
  });
}
