import { join, relative } from "node:path";
import type { ErrorDescription } from "../../../schemas/error.ts";
import {
  findWorktree,
  isOwnRecord,
  locateCode,
  requireRepository,
  type Worktree,
} from "../../experiments/code/worktrees.ts";
import { findWritten } from "../../experiments/code/written-files.ts";
import type { ExperimentRef } from "../../experiments/layout.ts";
import { findPlan } from "../../experiments/plan.ts";
import { readChangedFiles } from "../../git/changes/changed-files.ts";
import { listUnsaved } from "../../git/changes/unsaved-files.ts";
import { findCommit } from "../../git/repository.ts";
import { isPartlyDiscarded } from "../../git/worktrees/discard-worktree.ts";
import { inspectWorktree, type WorktreeInspection } from "../../git/worktrees/inspect-worktree.ts";
import { CoreError, ignoreCoreError } from "../../utils/core-error.ts";
import { describeError } from "../../utils/describe-error.ts";
import { asKnownError } from "../../utils/processes/system-errors.ts";
import { nameSome } from "../../utils/text/name-some.ts";

const maxNamed = 8;

/** The state of an experiment's code before its worktree is removed. */
export interface CodeInspection {
  worktree: WorktreeInspection | { state: "none" } | { state: "unknown" };
  /** Absolute; undefined if the design is in the main checkout. */
  path?: string | undefined;
  /** The design's own files that are not committed, relative to the top of the worktree. */
  uncommitted: string[];
  git_branch: string | null;
  commit: string | null;
  objections: ErrorDescription[];
}

/** Inspects an experiment's code without changing anything. @throws CoreError `record_unreadable`, `no_repository` */
export async function inspectClosingCode(ref: ExperimentRef): Promise<CodeInspection> {
  const { workspace } = ref;
  const worktree = await findWorktree(ref);
  if (worktree === undefined) {
    const commit = (await findCommit(workspace, "HEAD")) ?? null;
    return { worktree: { state: "none" }, uncommitted: [], git_branch: null, commit, objections: [] };
  }
  const { git_branch, path } = worktree;
  const commit = (await findCommit(workspace, `refs/heads/${git_branch}`)) ?? null;
  const base = { path, git_branch, commit };
  if (!isOwnRecord(ref, worktree)) {
    const why = "its git branch is another experiment's";
    return { ...base, worktree: { state: "kept", why }, uncommitted: [], objections: [] };
  }
  try {
    const repository = await requireRepository(workspace);
    const inspection = await inspectWorktree(repository, worktree);
    const state =
      inspection.state === "gone" && isPartlyDiscarded(path)
        ? { state: "there" as const, changed: [], ignored: [] }
        : inspection;
    const uncommitted = state.state === "there" ? await findOwnChanges(ref, worktree, state.changed) : [];
    return { ...base, worktree: state, uncommitted, objections: [] };
  } catch (error) {
    const known = describeError(asKnownError(error));
    return { ...base, worktree: { state: "unknown" }, uncommitted: [], objections: [known] };
  }
}

/**
 * Lists the changed files of a worktree that are, or may be, the design's own: not linked by the plan, and not left as a
 * command of the plan wrote them.
 * @param folder where the worktree currently is
 */
async function findOwnChanges(
  ref: ExperimentRef,
  worktree: Worktree,
  changed: readonly string[],
  folder = worktree.path,
): Promise<string[]> {
  if (changed.length === 0) return [];
  const plan = await findPlan(ref.workspace, ref.feature_id).catch(ignoreCoreError);
  const repository = await requireRepository(ref.workspace);
  const code = locateCode({ ...worktree, path: folder }, repository.folder);
  const links = (plan?.worktrees?.link ?? []).map((name) => relative(code.root, join(code.directory, name)));
  const { paths, in_doubt } = await findWritten(ref, code, await readChangedFiles(folder));
  const passed = new Set([...links, ...paths.filter((name) => !in_doubt.includes(name))]);
  return changed.filter((name) => !passed.has(name));
}

/**
 * Refuses to remove a worktree, already moved aside, that contains uncommitted work.
 * @throws CoreError `uncommitted_work`
 */
export async function refuseUncommitted(
  ref: ExperimentRef,
  worktree: Worktree,
  folder: string,
): Promise<void> {
  const found = await findOwnChanges(ref, worktree, await listUnsaved(folder), folder);
  if (found.length > 0) throw uncommittedWork(worktree, found);
}

export function uncommittedWork(
  { path, git_branch }: Pick<Worktree, "path" | "git_branch">,
  files: string[],
) {
  const what = `Not committed in the worktree ${path}: ${nameSome(files, maxNamed)}.`;
  return new CoreError("uncommitted_work", what, {
    hint: `Commit or remove these files, or pass commit_uncommitted to commit them to ${git_branch}.`,
  });
}
