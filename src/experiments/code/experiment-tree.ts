import { join, relative } from "node:path";
import { identifyFiles } from "../../git/changed-files.ts";
import { judgeTree, readTreeState, type TreeState } from "../../git/commit.ts";
import { readStatus, type Status } from "../../git/status.ts";
import type { ExperimentRef } from "../layout.ts";
import type { ExperimentCode } from "./worktrees.ts";
import { findWrittenPaths } from "./written-files.ts";

/**
 * Reads the state of an experiment's code for its evidence. Files that the plan links into the worktree, or that the
 * plan's commands wrote, do not count as changes.
 * @param link the plan's `worktrees.link`
 * @param known the status of the code's root, if it was read just now
 */
export async function readExperimentTree(
  ref: ExperimentRef,
  code: ExperimentCode,
  link: readonly string[] = [],
  known?: Status,
): Promise<TreeState> {
  const links = link.map((name) => relative(code.root, join(code.directory, name)));
  const status = known ?? (await readStatus(code.root));
  if (status === undefined) return readTreeState(code.root);
  const written = await findWrittenPaths(ref, code, await identifyFiles(code.root, status));
  return judgeTree(status, [...(code.worktree === undefined ? [] : links), ...written]);
}
