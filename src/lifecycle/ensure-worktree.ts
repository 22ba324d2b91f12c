import { existsSync } from "node:fs";
import type { WorktreeRecord } from "../../schemas/experiment/worktree-record.ts";
import {
  deleteWorktreeRecord,
  readWorktreeRecord,
  writeWorktreeRecord,
} from "../experiments/code/worktree-record.ts";
import { findWorktree, type Worktree } from "../experiments/code/worktrees.ts";
import { findExperiment } from "../experiments/experiments.ts";
import type { ExperimentRef } from "../experiments/layout.ts";
import { worktreeBranch, worktreeLock } from "../experiments/layout.ts";
import { findMergeBase } from "../git/commit.ts";
import { findCommit, type Repository } from "../git/repository.ts";
import { findRemoteBranch } from "../git/worktrees/add-worktree.ts";
import { removeNewWorktree } from "../git/worktrees/remove-worktree.ts";
import { restoreWorktree } from "../git/worktrees/restore-worktree.ts";
import { CoreError } from "../utils/core-error.ts";
import { withLock } from "../utils/files/lock.ts";
import { placeWorktree, type WorktreePlaces } from "./worktree-place.ts";

/** What new worktrees of one call begin with. */
export interface WorktreeStart {
  /** The checkout that the workspace is in; undefined where it is in none, or in one without a commit. */
  repository?: Repository | undefined;
  /** The commit that new git branches begin at. */
  base_commit?: string | undefined;
  /** The git branch that the commit was taken from; undefined where it was a commit alone. */
  base_branch?: string | undefined;
  /** The `base_ref` that names it, where one was given. */
  base_ref?: string | undefined;
}

/** What a call says of the worktrees of all its experiments. */
export interface WorktreeChoice {
  /** Undefined leaves it to what an experiment has; a new one gets a worktree where there is a commit to begin at. */
  worktree: boolean | undefined;
  start: WorktreeStart;
  places: WorktreePlaces;
  signal: AbortSignal;
}

export interface EnsuredWorktree {
  /** Undefined where the design is in the main checkout. */
  worktree?: Worktree | undefined;
  isNew: boolean;
  /** Whether it would have got one, had there been a commit to begin at. */
  isLacking: boolean;
  warnings: string[];
  /** Takes back what this call made, as long as nothing was done in it; for when the experiment does not come to be. */
  undo: () => Promise<void>;
}

const none: EnsuredWorktree = { isNew: false, isLacking: false, warnings: [], undo: async () => {} };

/**
 * Gives an experiment its worktree: makes it, restores it from its git branch, or leaves it as it is. Asks nothing of
 * Lakebase, so that a worktree comes back whatever became of the database branch.
 * @throws CoreError `no_repository`, `worktree_conflict`, `git_branch_exists`, and what `placeWorktree` and
 *   `restoreWorktree` throw
 */
export async function ensureWorktree(ref: ExperimentRef, choice: WorktreeChoice): Promise<EnsuredWorktree> {
  const { worktree, start, signal } = choice;
  const known = await findWorktree(ref);
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
  return withLock(worktreeLock(ref), signal, () => makeOrRestore({ ref, isRecorded, choice }, repository));
}

/** A design that is to be in the main checkout. */
async function refuseWorktree(ref: ExperimentRef, known: Worktree | undefined): Promise<EnsuredWorktree> {
  if (known === undefined) return none;
  if (known.known_by === "git_branch") {
    // So that the git branch, which may be of an earlier experiment, does not speak for a worktree again.
    await writeWorktreeRecord(ref, null);
    return none;
  }
  const what = `${ref.experiment_slug} has its code in the worktree ${known.path}.`;
  throw new CoreError("worktree_conflict", what, {
    hint: "Omit worktree to keep it, or create an experiment with another name.",
  });
}

interface Wish {
  ref: ExperimentRef;
  /** Whether the experiment has a record already. */
  isRecorded: boolean;
  choice: WorktreeChoice;
}

async function makeOrRestore(wish: Wish, repository: Repository): Promise<EnsuredWorktree> {
  const { ref, isRecorded } = wish;
  const { start } = wish.choice;
  // Another process may have made it while we waited for the lock.
  const known = await findWorktree(ref);
  const isAdopted = known?.known_by === "git_branch" && !isRecorded;
  if (isAdopted && start.base_ref !== undefined) {
    throw new CoreError("git_branch_exists", `The git branch ${known.git_branch} already exists.`, {
      hint: "Omit base_ref to continue from it, or create an experiment with another name.",
    });
  }
  const record = await planRecord(wish, repository, known);
  const before = await readWorktreeRecord(ref);
  const isNew = !existsSync(record.path);
  await writeWorktreeRecord(ref, isNew ? { ...record, prepared: undefined } : record);
  const isFirst = known === undefined;
  try {
    const warnings = await restoreWorktree(repository, {
      ...record,
      // What was measured once is not to come back as something else.
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
      if (isFirst && (await removeNewWorktree(repository, record))) await deleteWorktreeRecord(ref);
    };
    return { worktree: { ...record, known_by: "record" }, isNew, isLacking: false, warnings, undo };
  } catch (error) {
    if (before === undefined && isFirst && !existsSync(record.path)) await deleteWorktreeRecord(ref);
    throw error;
  }
}

/** What the record is to say. A worktree that is there stays where it is; one that is gone comes back where new ones go. */
async function planRecord(
  { ref, choice: { start, places } }: Wish,
  repository: Repository,
  known: Worktree | undefined,
): Promise<WorktreeRecord> {
  const path =
    known !== undefined && existsSync(known.path) ? known.path : await placeWorktree(ref, repository, places);
  const git_branch = known?.git_branch ?? worktreeBranch(ref);
  const begun = known?.base_commit ?? (await findStart(repository, git_branch));
  const base_commit = begun ?? start.base_commit;
  // One that was there before began who knows where.
  const base_branch = begun === undefined ? start.base_branch : known?.base_branch;
  if (base_commit !== undefined)
    return { path, git_branch, base_commit, base_branch, prepared: known?.prepared };
  throw new CoreError("no_repository", `${ref.workspace} is not in a git repository that has a commit.`, {
    hint: "Commit the project first, or pass worktree: false.",
  });
}

/** Where a git branch that is there left the main checkout's. */
async function findStart({ top }: Repository, gitBranch: string): Promise<string | undefined> {
  const local = await findCommit(top, `refs/heads/${gitBranch}`);
  const tip = local ?? (await findRemoteBranch(top, gitBranch));
  return tip === undefined ? undefined : ((await findMergeBase(top, "HEAD", tip)) ?? tip);
}
