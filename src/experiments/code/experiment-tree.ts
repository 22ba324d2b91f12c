import { join, relative } from "node:path";
import { readChangedFiles } from "../../git/changed-files.ts";
import { readTreeState, type TreeState } from "../../git/commit.ts";
import type { ExperimentRef } from "../layout.ts";
import type { ExperimentCode } from "./worktrees.ts";
import { findWrittenPaths } from "./written-files.ts";

/**
 * Reads the state of an experiment's code for its evidence. Files that the plan links into the worktree, or that the
 * plan's commands wrote, do not count as changes.
 * @param link the plan's `worktrees.link`
 */
export async function readExperimentTree(
  ref: ExperimentRef,
  code: ExperimentCode,
  link: readonly string[] = [],
): Promise<TreeState> {
  const links = link.map((name) => relative(code.root, join(code.directory, name)));
  const written = await findWrittenPaths(ref, code, await readChangedFiles(code.root));
  return readTreeState(code.root, [...(code.worktree === undefined ? [] : links), ...written]);
}
