import { existsSync } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { isAbsolute, join, relative, sep } from "node:path";
import type { WorktreeRecord } from "../../../schemas/experiment/worktree-record.ts";
import { readStatus, type Status } from "../../git/changes/status.ts";
import { listHidden } from "../../git/changes/unsaved-files.ts";
import { git } from "../../git/git.ts";
import { findRepository, findRepositoryFault, type Repository } from "../../git/repository.ts";
import { checkWorktree, readWorktreeFacts } from "../../git/worktrees/check-worktree.ts";
import { CoreError } from "../../utils/core-error.ts";
import { ignoreMissing } from "../../utils/files/files.ts";
import { type ExperimentRef, experimentPaths, oldWorktreePath, worktreeBranch } from "../layout.ts";
import { readWorktreeRecord } from "./worktree-record.ts";

/** The worktree of an experiment. */
export interface Worktree extends Omit<WorktreeRecord, "base_commit"> {
  /** Undefined for a worktree cut by an earlier version, which did not record it. */
  base_commit?: string | undefined;
  /**
   * How it is known: from its record, from the folder of an earlier version, or only from its git branch; `scratch` is
   * one that exists only during a run.
   */
  known_by: "record" | "folder" | "git_branch" | "scratch";
}

/** Where an experiment's code is. */
export interface ExperimentCode {
  /** The top of its worktree, or the workspace in the main checkout. */
  root: string;
  /** The folder in which its commands run: the equivalent of the workspace within `root`. */
  directory: string;
  /** Undefined for a design in the main checkout, which its suites select by `EXPERIMENT_SLUG`. */
  worktree?: Worktree | undefined;
}

/**
 * Finds the worktree that an experiment has, or had: `checkCode` reports a missing folder. If the records came from
 * another machine, its git branch is enough.
 * @throws CoreError `record_unreadable`
 */
export async function findWorktree(ref: ExperimentRef): Promise<Worktree | undefined> {
  const record = await readWorktreeRecord(ref);
  if (record === null) return undefined;
  if (record !== undefined) return { ...record, known_by: "record" };
  const old = { path: oldWorktreePath(ref), git_branch: worktreeBranch(ref) };
  if (existsSync(old.path)) return { ...old, known_by: "folder" };
  const refs = [`refs/heads/${old.git_branch}`, `refs/remotes/*/${old.git_branch}`];
  const branches = await git(ref.workspace, ["for-each-ref", "--format=%(refname)", ...refs]);
  return branches.stdout === "" ? undefined : { ...old, known_by: "git_branch" };
}

/** Returns where an experiment's code should be according to its record, without checking that it is there. */
export async function findCode(ref: ExperimentRef): Promise<ExperimentCode> {
  const worktree = await findWorktree(ref);
  if (worktree === undefined) return { root: ref.workspace, directory: ref.workspace };
  const repository = await findRepository(ref.workspace);
  return locateCode(worktree, repository?.folder ?? "");
}

/** Asks git ahead about an experiment's worktree, for what is remembered of its answers. */
export async function askAhead(ref: ExperimentRef): Promise<void> {
  const { root } = await findCode(ref);
  await Promise.all([findRepository(root), listHidden(root)]);
}

/** Returns the folder of a worktree in which commands run, given the workspace's folder within its repository. */
export function locateCode(worktree: Worktree, folder: string): ExperimentCode {
  return { root: worktree.path, directory: join(worktree.path, folder), worktree };
}

/** An experiment's code, and its state when it was checked. */
export interface CheckedCode {
  code: ExperimentCode;
  /** Of its root; undefined if it was not read, or if git failed. */
  status?: Status | undefined;
}

/**
 * Checks where an experiment's code is, and reads its state. This is the one place that decides whether a worktree
 * belongs to the experiment, and it is called before every command that runs for it.
 * @param readMain reads the state of the main checkout, which experiments may share
 * @throws CoreError `git_unreadable`, `no_repository`, `worktree_folder_missing`, and whatever `checkWorktree` throws
 */
export async function inspectCode(ref: ExperimentRef, readMain = readStatus): Promise<CheckedCode> {
  const { workspace } = ref;
  const worktree = await findWorktree(ref);
  if (worktree === undefined)
    return { code: { root: workspace, directory: workspace }, status: await readMain(workspace) };
  refuseCopied(ref, worktree);
  const [repository, facts] = await Promise.all([requireRepository(workspace), readWorktreeFacts(worktree)]);
  await checkWorktree(repository, worktree, facts);
  const code = locateCode(worktree, repository.folder);
  await checkFolder(code);
  return { code, status: facts.status };
}

/** Whether a worktree is the experiment's by its git branch. A folder of records that somebody copied names another's. */
export function isOwnRecord(ref: ExperimentRef, { git_branch }: Worktree): boolean {
  return git_branch === worktreeBranch(ref);
}

/** @throws CoreError `worktree_foreign` */
export function refuseCopied(ref: ExperimentRef, worktree: Worktree): void {
  if (isOwnRecord(ref, worktree)) return;
  const { directory, worktree: record } = experimentPaths(ref);
  const what = `${record} names the worktree ${worktree.path} on ${worktree.git_branch}, which is another experiment's.`;
  throw new CoreError("worktree_foreign", what, {
    hint: `If ${directory} was copied, remove it and create ${ref.experiment_slug} again.`,
  });
}

/** Checks where an experiment's code is. @throws whatever `inspectCode` throws */
export async function checkCode(ref: ExperimentRef): Promise<ExperimentCode> {
  return (await inspectCode(ref, async () => undefined)).code;
}

/** @throws CoreError `git_unreadable`, `no_repository` */
export async function requireRepository(workspace: string): Promise<Repository> {
  const repository = await findRepository(workspace);
  if (repository !== undefined) return repository;
  const fault = await findRepositoryFault(workspace);
  if (fault !== undefined) throw fault;
  throw new CoreError(
    "no_repository",
    `${workspace} is not in a git repository, but the experiment has a worktree.`,
    {
      hint: "Start the server in the main checkout that the experiment came from, or create the experiment again.",
    },
  );
}

async function checkFolder({ root, directory }: ExperimentCode): Promise<void> {
  const found = await stat(directory).catch(ignoreMissing);
  if (found?.isDirectory() === true && isInside(await realpath(root), await realpath(directory))) return;
  const folder = relative(root, directory);
  const what = `The worktree ${root} has no folder ${folder}, where the suites run in the main checkout.`;
  throw new CoreError("worktree_folder_missing", what, {
    hint: `Restore ${folder} in the worktree, or start the server in another folder of the repository.`,
  });
}

/** True if a path is a directory or something below it. Both must be absolute. */
export function isInside(directory: string, path: string): boolean {
  const way = relative(directory, path);
  return way.split(sep)[0] !== ".." && !isAbsolute(way);
}
