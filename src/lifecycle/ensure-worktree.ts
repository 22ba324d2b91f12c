import { existsSync } from "node:fs";
import type { WorktreeRecord } from "../../schemas/experiment/worktree-record.ts";
import { refuseClosing } from "../experiments/closed.ts";
import {
  deleteWorktreeRecord,
  readWorktreeRecord,
  writeWorktreeRecord,
} from "../experiments/code/worktree-record.ts";
import { findWorktree, refuseCopied, type Worktree } from "../experiments/code/worktrees.ts";
import { findExperiment } from "../experiments/experiments.ts";
import { cutPaths, type ExperimentRef, worktreeBranch, worktreeLock } from "../experiments/layout.ts";
import { findMergeBase } from "../git/commit.ts";
import { findCommit, type Repository } from "../git/repository.ts";
import { findRemoteBranch } from "../git/worktrees/add-worktree.ts";
import { removeNewWorktree } from "../git/worktrees/remove-worktree.ts";
import { restoreWorktree } from "../git/worktrees/restore-worktree.ts";
import { CoreError, ignoreCoreError } from "../utils/core-error.ts";
import { withLock } from "../utils/files/lock.ts";
import { chooseWorktreePath, type WorktreeDirectories } from "./worktree-path.ts";

/** The starting point of the new worktrees of one call. */
export interface WorktreeStart {
  /** The checkout that contains the workspace; undefined if there is none, or if it has no commit. */
  repository?: Repository | undefined;
  /** The commit that new git branches start from. */
  base_commit?: string | undefined;
  /** The git branch that the commit was resolved from; undefined if it was given as a bare commit. */
  base_branch?: string | undefined;
  /** The `base_ref` that was resolved, if one was given. */
  base_ref?: string | undefined;
}

/** What a call asks for about the worktrees of all its experiments. */
export interface WorktreeChoice {
  /**
   * If undefined, existing experiments stay as they are, and new ones get a worktree if there is a commit to start
   * from.
   */
  worktree: boolean | undefined;
  start: WorktreeStart;
  directories: WorktreeDirectories;
  signal: AbortSignal;
}

export interface EnsuredWorktree {
  /** Undefined if the design is in the main checkout. */
  worktree?: Worktree | undefined;
  isNew: boolean;
  /** Whether it has no worktree only because there is no commit to start from. */
  isLacking: boolean;
  warnings: string[];
  /**
   * Removes what this call created, unless something has been done in it since, or another call has recorded the
   * experiment. For when creating the experiment fails.
   */
  undo: () => Promise<void>;
}

const none: EnsuredWorktree = { isNew: false, isLacking: false, warnings: [], undo: async () => {} };

/**
 * Gives an experiment its worktree: creates it, restores it from its git branch, or leaves it as it is. Needs nothing
 * from Lakebase, so a worktree can be restored whatever became of the database branch.
 * @throws CoreError `no_repository`, `worktree_conflict`, `git_branch_exists`, `closing_unfinished`,
 *   `worktree_foreign`, and whatever `chooseWorktreePath` and
 *   `restoreWorktree` throw
 */
export async function ensureWorktree(ref: ExperimentRef, choice: WorktreeChoice): Promise<EnsuredWorktree> {
  const { worktree, start, signal } = choice;
  const known = await findWorktree(ref);
  if (known !== undefined) refuseCopied(ref, known);
  const isRecorded = (await findExperiment(ref)) !== undefined;
  if (worktree === false) return refuseWorktree(ref, known);
  const isWanted = worktree ?? !isRecorded;
  if (known === undefined && !isWanted) return none;
  const { repository } = start;
  if (repository === undefined) {
    if (worktree === undefined && known === undefined) return { ...none, isLacking: true };
    throw new CoreError("no_repository", `${ref.workspace} is not in a git repository that has a commit.`, {
      hint: "Commit the project first, or pass worktree: false.",
    });
  }
  return withLock(worktreeLock(ref), signal, async () => {
    // Closing may have begun while we waited, and removed what we would now bring back.
    await refuseClosing(ref);
    return makeOrRestore({ ref, isRecorded, choice }, repository);
  });
}

/**
 * Creates an experiment's worktree again if the call that had created it has taken it back since. To be called just
 * before the experiment is recorded, with the lock on its branch.
 */
export async function keepWorktree(
  ref: ExperimentRef,
  made: EnsuredWorktree,
  choice: WorktreeChoice,
): Promise<EnsuredWorktree> {
  if (made.worktree === undefined || (await readWorktreeRecord(ref)) !== undefined) return made;
  return ensureWorktree(ref, { ...choice, worktree: true });
}

/** Handles an experiment whose design should be in the main checkout. @throws CoreError `worktree_conflict` */
async function refuseWorktree(ref: ExperimentRef, known: Worktree | undefined): Promise<EnsuredWorktree> {
  if (known === undefined) return none;
  if (known.known_by === "git_branch") {
    // Otherwise the git branch, which may belong to an earlier experiment, would imply a worktree again next time.
    await writeWorktreeRecord(ref, null);
    return none;
  }
  const what = `${ref.experiment_slug} has its code in the worktree ${known.path}.`;
  throw new CoreError("worktree_conflict", what, {
    hint: "Omit worktree to keep it, or create an experiment with another name.",
  });
}

interface WorktreeRequest {
  ref: ExperimentRef;
  /** Whether the experiment already has a record. */
  isRecorded: boolean;
  choice: WorktreeChoice;
}

async function makeOrRestore(request: WorktreeRequest, repository: Repository): Promise<EnsuredWorktree> {
  const { ref, isRecorded } = request;
  const { start } = request.choice;
  // Another process may have created it while we waited for the lock.
  const known = await findWorktree(ref);
  const isAdopted = known?.known_by === "git_branch" && !isRecorded;
  if (isAdopted && start.base_ref !== undefined) {
    throw new CoreError("git_branch_exists", `The git branch ${known.git_branch} already exists.`, {
      hint: "Omit base_ref to continue from it, or create an experiment with another name.",
    });
  }
  const record = await planRecord(request, repository, known);
  const before = await readWorktreeRecord(ref);
  const isNew = !existsSync(record.path);
  await writeWorktreeRecord(ref, isNew ? { ...record, prepared: undefined } : record);
  const isFirst = known === undefined;
  try {
    const warnings = await restoreWorktree(repository, {
      ...record,
      // Code that has been measured must not come back as something else.
      base_commit: isRecorded && !isFirst ? undefined : record.base_commit,
      isRecorded: known !== undefined && known.known_by !== "git_branch",
      former_path: known?.path,
    });
    if (isAdopted)
      warnings.push(`${ref.experiment_slug} continues from the existing git branch ${record.git_branch}.`);
    if (!isFirst && !isAdopted && start.base_ref !== undefined && start.base_commit !== record.base_commit)
      warnings.push(
        `${ref.experiment_slug} keeps its worktree, which started at ${record.base_commit.slice(0, 12)}: base_ref applies only to new worktrees.`,
      );
    const undo = async () => {
      if (isFirst) await takeBack(ref, repository, record).catch(ignoreCoreError);
    };
    return { worktree: { ...record, known_by: "record" }, isNew, isLacking: false, warnings, undo };
  } catch (error) {
    if (before === undefined && isFirst && !existsSync(record.path)) await deleteWorktreeRecord(ref);
    throw error;
  }
}

/** Another call may have recorded the experiment since, or be about to. @throws CoreError `locked` if one still is */
async function takeBack(ref: ExperimentRef, repository: Repository, record: WorktreeRecord): Promise<void> {
  const { signal } = new AbortController();
  await withLock(cutPaths(ref).lock, signal, () =>
    withLock(worktreeLock(ref), signal, async () => {
      if ((await findExperiment(ref)) !== undefined) return;
      if (await removeNewWorktree(repository, record)) await deleteWorktreeRecord(ref);
    }),
  );
}

/** Builds the record. An existing worktree stays where it is; a missing one is restored where new ones go. */
async function planRecord(
  { ref, choice: { start, directories } }: WorktreeRequest,
  repository: Repository,
  known: Worktree | undefined,
): Promise<WorktreeRecord> {
  const path =
    known !== undefined && existsSync(known.path)
      ? known.path
      : await chooseWorktreePath(ref, repository, directories);
  const git_branch = known?.git_branch ?? worktreeBranch(ref);
  const begun = known?.base_commit ?? (await findStart(repository, git_branch));
  const base_commit = begun ?? start.base_commit;
  // We cannot know where an existing branch began.
  const base_branch = begun === undefined ? start.base_branch : known?.base_branch;
  if (base_commit !== undefined)
    return { path, git_branch, base_commit, base_branch, prepared: known?.prepared };
  throw new CoreError("no_repository", `${ref.workspace} is not in a git repository that has a commit.`, {
    hint: "Commit the project first, or pass worktree: false.",
  });
}

/** Finds where an existing git branch forked from the main checkout's HEAD. */
async function findStart({ top }: Repository, gitBranch: string): Promise<string | undefined> {
  const local = await findCommit(top, `refs/heads/${gitBranch}`);
  const tip = local ?? (await findRemoteBranch(top, gitBranch));
  return tip === undefined ? undefined : ((await findMergeBase(top, "HEAD", tip)) ?? tip);
}
