import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Run } from "../../../schemas/run.ts";
import { runJournalPath, stateDirectory } from "../../experiments/layout.ts";
import { git } from "../../git/git.ts";
import { isPreserved } from "../../git/is-preserved.ts";
import type { Repository } from "../../git/repository.ts";
import { isGitRunning } from "../../git/running-git.ts";
import { inspectContents } from "../../git/worktrees/inspect-worktree.ts";
import { removeScratchWorktree } from "../../git/worktrees/scratch-worktree.ts";
import { findWorktreeDirectory, type ListedWorktree } from "../../git/worktrees/worktree-list.ts";
import { hasEnded } from "../../runs/journal/journal.ts";
import { readModificationTime } from "../../utils/files/files.ts";
import { measureFolder } from "../../utils/files/measure.ts";
import { countMinutesSince } from "../../utils/minutes.ts";
import { nameSome } from "../../utils/text/name-some.ts";
import { changedMeanwhile, type FoundLeftover, type SearchContext } from "./found-leftover.ts";

const maxNamed = 3;

/**
 * Judges the temporary worktree of a verification or promotion, recognized by the random part of the run's id in its
 * name. Undefined for any other worktree.
 */
export async function judgeScratch(
  { context: { workspace }, records }: SearchContext,
  repository: Repository,
  worktree: ListedWorktree,
): Promise<FoundLeftover | { isNeeded: true } | undefined> {
  const { path, git_branch } = worktree;
  const run = git_branch === undefined ? findRun(records.runs, path) : undefined;
  if (run === undefined) return undefined;
  if (!hasEnded(run)) return { isNeeded: true };
  const found = {
    kind: "worktree" as const,
    name: path,
    why: `temporary worktree of ${run.run_id}, a ${run.kind} that has ended`,
    age_minutes: countMinutesSince(run.created_at),
    bytes: await measureFolder(path),
  };
  const left = await findReason(workspace, repository, worktree, run);
  if (left !== undefined) return { ...found, left };
  const remove = async () => {
    if ((await findReason(workspace, repository, worktree, run)) !== undefined) throw changedMeanwhile(path);
    if (!(await removeScratchWorktree(workspace, path))) throw changedMeanwhile(path);
  };
  return { ...found, remove };
}

function findRun(runs: readonly Run[], path: string): Run | undefined {
  const suffix = /\+([0-9a-f]{8})$/.exec(path)?.[1];
  if (suffix === undefined) return undefined;
  return runs.find(({ kind, run_id }) => kind !== undefined && run_id.endsWith(`-${suffix}`));
}

/** Changes made by the suites may go; changes made by someone after the run may not. */
async function findReason(
  workspace: string,
  { commonDirectory }: Repository,
  { path }: ListedWorktree,
  { run_id }: Run,
): Promise<string | undefined> {
  if (!existsSync(path)) return undefined;
  const directory = await findWorktreeDirectory(commonDirectory, path);
  if (directory !== undefined && (await isGitRunning(path, directory))) return "git is running in it";
  const inspection = await inspectContents(path);
  if (inspection.state === "kept") return inspection.why;
  if (inspection.state === "gone") return undefined;
  const ended = readModificationTime(runJournalPath(workspace, run_id)) ?? 0;
  // A file that is missing cannot be lost: the commit has it.
  const theirs = inspection.changed.filter((name) => (readModificationTime(join(path, name)) ?? 0) > ended);
  if (theirs.length > 0) return `it was worked in after the run: ${nameSome(theirs, maxNamed)}`;
  const head = await git(path, ["rev-parse", "--verify", "HEAD"]);
  const isSafe = head.failed || (await isPreserved(path, head.stdout, stateDirectory(workspace)));
  return isSafe ? undefined : `its commit ${head.stdout.slice(0, 12)} is on no git branch`;
}
