import { existsSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { isInside } from "../experiments/code/worktrees.ts";
import { type ExperimentRef, worktreePath } from "../experiments/layout.ts";
import { git } from "../git/git.ts";
import { findRepository, type Repository } from "../git/repository.ts";
import { CoreError } from "../utils/core-error.ts";

/** Where worktrees go; the first one given wins. Relative paths are relative to the workspace. */
export interface WorktreeDirectories {
  /** This machine's setting, from `LAKEBASE_WORKTREES`. */
  machine?: string | undefined;
  /** The plan's `worktrees.directory`. */
  plan?: string | undefined;
}

/**
 * Chooses the path of an experiment's worktree. By default it is next to the checkout, where the main checkout's test
 * runner does not collect its tests and module resolution does not find the main checkout's packages. A path inside a
 * checkout of this repository must be ignored there, so that one worktree's files are never committed from another.
 * @returns an absolute path
 * @throws CoreError `worktrees_inside`
 */
export async function chooseWorktreePath(
  ref: ExperimentRef,
  repository: Repository,
  { machine, plan }: WorktreeDirectories,
): Promise<string> {
  const directory = resolve(ref.workspace, machine ?? plan ?? `${repository.top}.worktrees`);
  const path = await resolveLinks(worktreePath(directory, ref));
  if (!(await isInTheWay(repository, path))) return path;
  throw new CoreError(
    "worktrees_inside",
    `${directory} is inside a checkout of this repository that does not ignore it.`,
    {
      hint: "Omit worktrees.directory and LAKEBASE_WORKTREES to place worktrees beside the checkout, or add the folder to .gitignore.",
    },
  );
}

async function isInTheWay({ commonDirectory }: Repository, path: string): Promise<boolean> {
  if (isInside(commonDirectory, path)) return true;
  const around = await findRepository(findNearestFolder(path));
  if (around?.commonDirectory !== commonDirectory) return false;
  return (await git(around.top, ["check-ignore", "--quiet", "--no-index", path])).exitCode !== 0;
}

/** Resolves links, as git does in the paths it prints, although the last folders may not exist yet. */
async function resolveLinks(path: string): Promise<string> {
  const folder = findNearestFolder(path);
  return join(await realpath(folder), relative(folder, path));
}

/** Returns the nearest existing parent folder; the path itself may already be a worktree. */
function findNearestFolder(path: string): string {
  const folder = dirname(path);
  return existsSync(folder) ? folder : findNearestFolder(folder);
}
