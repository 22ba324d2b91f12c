import { existsSync } from "node:fs";
import { join } from "node:path";
import { CoreError } from "../utils/core-error.ts";
import { git } from "./git.ts";

/**
 * The files of a checkout that no commit has as they are: changed, new and deleted ones, our records among them, and
 * those that git was told to look away from. Relative to its top; a repository of its own ends in a slash.
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

/** The files that are marked as unchanged or as skipped, whatever they are like. @throws CoreError `git_unreadable` */
export async function listHidden(top: string): Promise<string[]> {
  const entries = await listGit(top, ["ls-files", "-v", "-z"]);
  return entries.flatMap((entry) => (/^[a-zS] /.test(entry) ? [entry.slice(2)] : []));
}

/** Those that are there and differ from the index. */
async function findChanged(top: string, names: readonly string[]): Promise<string[]> {
  const there = names.filter((name) => existsSync(join(top, name)));
  if (there.length === 0) return [];
  const staged = await listGit(top, ["ls-files", "--stage", "-z"]);
  const known = new Map(staged.map((line) => [line.slice(line.indexOf("\t") + 1), line.split(" ")[1]]));
  const { stdout } = await git(top, ["hash-object", "--stdin-paths"], {}, { input: there.join("\n") });
  const hashes = stdout.split("\n");
  return there.filter((name, index) => known.get(name) !== hashes[index]);
}

/** What a git command lists with `-z`. @throws CoreError `git_unreadable`: what cannot be seen is not lost by a guess */
export async function listGit(directory: string, args: readonly string[]): Promise<string[]> {
  const { failed, stdout, stderr } = await git(directory, args);
  if (!failed) return stdout.split("\0").filter((entry) => entry !== "");
  throw new CoreError("git_unreadable", `git could not read the state of ${directory}: ${stderr}`, {
    hint: "Fix what git reports, then call again.",
  });
}
