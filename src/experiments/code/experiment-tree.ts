import { join, relative } from "node:path";
import { type ChangedFiles, identifyAllChanges } from "../../git/changes/changed-files.ts";
import { readStatus, type Status } from "../../git/changes/status.ts";
import { isPassedOver, readTreeState, type TreeState } from "../../git/commit.ts";
import type { ExperimentRef } from "../layout.ts";
import type { ExperimentCode } from "./worktrees.ts";
import { findWritten } from "./written-files.ts";

/** The state of an experiment's code, as evidence records it, and what makes it differ from its commit. */
export interface ExperimentTree {
  tree: TreeState;
  /** The design's own uncommitted changes; undefined if git failed, or if there are too many. */
  edits: ChangedFiles | undefined;
}

/** Reads the state of an experiment's code for its evidence. @param link the plan's `worktrees.link` */
export async function readExperimentTree(
  ref: ExperimentRef,
  code: ExperimentCode,
  link: readonly string[] = [],
): Promise<TreeState> {
  return (await inspectTree(ref, code, link)).tree;
}

/**
 * Reads the state of an experiment's code, and its changes. Files that git was told to disregard count like any other.
 * @param known the status of the code's root, if it was read just now
 */
export async function inspectTree(
  ref: ExperimentRef,
  code: ExperimentCode,
  link: readonly string[] = [],
  known?: Status,
): Promise<ExperimentTree> {
  const { root } = code;
  const status = known ?? (await readStatus(root));
  if (status === undefined) return { tree: await readTreeState(root), edits: undefined };
  const edits = await findEdits(ref, code, link, status);
  const { commit } = status;
  const dirty = commit === null || edits === undefined || edits.size > 0;
  return { tree: { commit, dirty }, edits };
}

/**
 * Finds the design's own uncommitted changes: neither files that the plan links into the worktree, nor files that its
 * commands wrote.
 * @returns undefined if git failed, or if there are too many
 */
export async function findEdits(
  ref: ExperimentRef,
  code: ExperimentCode,
  link: readonly string[],
  status: Status,
): Promise<ChangedFiles | undefined> {
  const changed = await identifyAllChanges(code.root, status);
  if (changed === undefined) return undefined;
  const links = link.map((name) => relative(code.root, join(code.directory, name)));
  const written = await findWritten(ref, code, changed);
  const passedOver = isPassedOver([...(code.worktree === undefined ? [] : links), ...written.paths]);
  return new Map([...changed].filter(([path]) => !passedOver(path)));
}
