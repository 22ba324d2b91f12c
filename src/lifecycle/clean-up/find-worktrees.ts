import { findWorktree, isInside } from "../../experiments/code/worktrees.ts";
import { nameExperiment, oldWorktreesDirectory } from "../../experiments/layout.ts";
import { findRepository, type Repository } from "../../git/repository.ts";
import { type ListedWorktree, listWorktrees } from "../../git/worktrees/worktree-list.ts";
import { ignoreCoreError } from "../../utils/core-error.ts";
import type { WorkspaceRecords } from "../workspace-records.ts";
import type { FoundLeftover, SearchContext } from "./found-leftover.ts";
import { judgeScratch } from "./scratch-worktrees.ts";
import { judgeUnfinished } from "./unfinished-worktrees.ts";

/**
 * Finds worktrees of the repository that nothing needs any more, and those in the folders of our worktrees that no
 * record mentions. Does not touch any others.
 */
export async function findWorktrees(search: SearchContext): Promise<FoundLeftover[]> {
  const { unfinished } = search;
  const { workspace } = search.context;
  const repository = await findRepository(workspace);
  if (repository === undefined) return [];
  const needed = await listNeeded(search.records);
  const [main, ...others] = await listWorktrees(workspace);
  const open = others.filter(({ path }) => path !== repository.top && !needed.has(path));
  const begun = new Set(unfinished.map(({ worktree }) => worktree.path));
  const strange = open.filter(({ path }) => !begun.has(path));
  const top = main?.path ?? repository.top;
  const found = await Promise.all(strange.map((worktree) => judge(search, repository, worktree, top)));
  const ended = await Promise.all(
    unfinished.map((each) => judgeUnfinished(search.context, repository, each)),
  );
  return [...found.filter((each) => each !== undefined), ...ended];
}

/** Lists the paths of worktrees that belong to experiments, including those whose closing is unfinished. */
async function listNeeded({
  experiments,
  elsewhere,
  closing,
}: WorkspaceRecords): Promise<ReadonlySet<string>> {
  const refs = [...experiments, ...elsewhere, ...closing.map(({ ref }) => ref)];
  const found = await Promise.all(refs.map((ref) => findWorktree(ref).catch(ignoreCoreError)));
  return new Set(found.flatMap((worktree) => worktree?.path ?? []));
}

async function judge(
  search: SearchContext,
  repository: Repository,
  worktree: ListedWorktree,
  top: string,
): Promise<FoundLeftover | undefined> {
  const { path, git_branch, locked } = worktree;
  const scratch = await judgeScratch(search, repository, worktree);
  if (scratch !== undefined) return "isNeeded" in scratch ? undefined : scratch;
  const { context, records } = search;
  const closed = records.closed.find((each) => each.worktree === "left" && each.git_branch === git_branch);
  const what = { kind: "worktree" as const, name: path };
  if (closed !== undefined) {
    const why = `the worktree of ${nameExperiment(closed)}, which was closed at ${closed.closed_at}`;
    const lock = locked === undefined ? "" : `git keeps it locked${locked === "" ? "" : ` (${locked})`}; `;
    return { ...what, why, left: `${lock}git worktree remove ${path} removes it once it is not needed` };
  }
  const places = [`${top}.worktrees`, context.worktrees, oldWorktreesDirectory(context.workspace)];
  const isBeside = places.some((place) => place !== undefined && isInside(place, path));
  if (!isBeside && git_branch?.startsWith("experiment/") !== true) return undefined;
  const why = "is in a folder where experiments have their worktrees";
  return { ...what, why, left: "no record of this workspace shows whose it is" };
}
