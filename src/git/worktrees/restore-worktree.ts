import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, realpath, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { CoreError } from "../../utils/core-error.ts";
import { ignoreMissing, writeAtomically } from "../../utils/files/files.ts";
import { git } from "../git.ts";
import type { Repository } from "../repository.ts";
import { addWorktree } from "./add-worktree.ts";
import { checkWorktree, isUnfinished, type WorktreeRef } from "./check-worktree.ts";
import { completeWorktree } from "./complete-worktree.ts";
import { findWorktreeDirectory, listWorktrees, readGitFile } from "./worktree-list.ts";

export interface RestoreSpec extends WorktreeRef {
  /** The commit its git branch starts from if it has to be created; undefined if it must already exist. */
  base_commit?: string | undefined;
  /** Whether a record already named the path, so that whatever is there belongs to the experiment. */
  isRecorded: boolean;
  /** The path the record had before. */
  former_path?: string | undefined;
}

/** The suffix of the path under which a folder that lost its registration is registered again. */
const restoringSuffix = ".restoring";

/**
 * Makes a worktree match its record: adds it if there is none, completes it if git was interrupted, and relinks it if
 * the repository was moved or the folder was deleted. Existing files, staged changes and commits stay; no other
 * worktree is touched.
 * @returns git's warnings: a hook that failed
 * @throws CoreError `worktree_taken`, `worktree_foreign`, `worktree_locked`, `worktree_busy`, `worktree_failed`,
 *   `git_branch_in_use`, `git_branch_gone`, and whatever `checkWorktree` throws
 */
export async function restoreWorktree(repository: Repository, spec: RestoreSpec): Promise<string[]> {
  const { commonDirectory } = repository;
  await refuseCheckedOutElsewhere(repository, spec);
  const warnings: string[] = [];
  const known = (await findKnown(commonDirectory, spec)) ?? (await findMoved(repository, spec));
  if (known !== undefined) await link(known, spec.path);
  else if (await isEmpty(spec.path)) warnings.push(...(await addWorktree(repository, spec)));
  else await register(repository, spec);
  const directory = known ?? (await findWorktreeDirectory(commonDirectory, spec.path));
  if (directory !== undefined) await completeWorktree(spec.path, directory);
  await checkWorktree(repository, spec);
  return warnings;
}

/** A git branch can be checked out in only one place at a time. */
async function refuseCheckedOutElsewhere(
  { top }: Repository,
  { path, git_branch }: RestoreSpec,
): Promise<void> {
  const own = [path, path + restoringSuffix];
  const other = (await listWorktrees(top)).find(
    (each) => each.git_branch === git_branch && !own.includes(each.path) && existsSync(each.path),
  );
  if (other === undefined) return;
  const what = `The git branch ${git_branch} is checked out in ${other.path}, not in ${path}.`;
  throw new CoreError("git_branch_in_use", what, {
    hint: `Switch that checkout to another git branch, or git worktree move ${other.path} ${path}; then call again.`,
  });
}

/** Finds git's directory for the worktree, whose folder may no longer be where it was. */
async function findKnown(commonDirectory: string, spec: RestoreSpec): Promise<string | undefined> {
  const { path, former_path } = spec;
  const known = await findWorktreeDirectory(commonDirectory, path);
  if (known !== undefined || former_path === undefined || existsSync(former_path)) return known;
  return findWorktreeDirectory(commonDirectory, former_path);
}

/**
 * Finds git's directory for a worktree that was moved along with the repository: its `.git` still names the old path.
 */
async function findMoved({ commonDirectory }: Repository, spec: RestoreSpec): Promise<string | undefined> {
  const named = await readGitFile(spec.path);
  if (named === undefined || existsSync(named)) return undefined;
  const directory = join(commonDirectory, "worktrees", basename(named));
  const [head, place] = await Promise.all(
    ["HEAD", "gitdir"].map((name) => readFile(join(directory, name), "utf8").catch(ignoreMissing)),
  );
  const isOurs = head?.trim() === `ref: refs/heads/${spec.git_branch}`;
  return isOurs && place !== undefined && !existsSync(place.trim()) ? directory : undefined;
}

/** Makes a folder and git's directory for its worktree point to each other. */
async function link(directory: string, path: string): Promise<void> {
  const named = await readGitFile(path);
  const isOther = named !== undefined && existsSync(named) && (await realpath(named)) !== directory;
  if (isOther || (named === undefined && existsSync(join(path, ".git")))) throw foreign(path);
  const reason = await readFile(join(directory, "locked"), "utf8").catch(ignoreMissing);
  if (!existsSync(path) && reason !== undefined && !(await isUnfinished(directory))) {
    const what = `The worktree ${path} is missing, and locked in git: ${reason.trim() || "no reason given"}.`;
    throw new CoreError("worktree_locked", what, {
      hint: "Bring the folder back, for example by mounting its disk, or git worktree unlock it; then call again.",
    });
  }
  await mkdir(path, { recursive: true });
  await writeIfOther(join(path, ".git"), `gitdir: ${directory}\n`);
  await writeIfOther(join(directory, "gitdir"), `${join(path, ".git")}\n`);
}

async function writeIfOther(path: string, text: string): Promise<void> {
  if ((await readFile(path, "utf8").catch(ignoreMissing)) !== text) await writeAtomically(path, text);
}

async function isEmpty(path: string): Promise<boolean> {
  return ((await readdir(path).catch(ignoreMissing)) ?? []).length === 0;
}

/** Registers a folder that git no longer knows as a worktree again, leaving its contents alone. */
async function register(repository: Repository, spec: RestoreSpec): Promise<void> {
  const { path, git_branch } = spec;
  const named = await readGitFile(path);
  if (named === undefined ? existsSync(join(path, ".git")) : existsSync(named)) throw foreign(path);
  if (!spec.isRecorded) {
    throw new CoreError("worktree_taken", `The worktree belongs at ${path}, but something else is there.`, {
      hint: "Move it away, or set worktrees.directory in plan.json to another folder.",
    });
  }
  const beside = path + restoringSuffix;
  const { commonDirectory } = repository;
  if ((await findWorktreeDirectory(commonDirectory, beside)) === undefined)
    await addWorktree(repository, { path: beside, git_branch }, ["--no-checkout"]);
  const directory = await findWorktreeDirectory(commonDirectory, beside);
  if (directory === undefined) throw foreign(path);
  await git(beside, ["read-tree", "HEAD"]);
  await link(directory, path);
  await rm(beside, { recursive: true, force: true });
}

function foreign(path: string): CoreError {
  return new CoreError("worktree_foreign", `${path} belongs to another repository or worktree.`, {
    hint: `If this project is a copy of the one that it belongs to, leave it alone and use another experiment_slug. Otherwise, move it away, then call again. git -C ${dirname(path)} worktree list may show whose it is.`,
  });
}
