import { existsSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { isInside } from "../experiments/code/worktrees.ts";
import { type ExperimentRef, worktreePath } from "../experiments/layout.ts";
import { git } from "../git/git.ts";
import { findRepository, type Repository } from "../git/repository.ts";
import { CoreError } from "../utils/core-error.ts";

/** What decides where worktrees go; the first that is given. Relative paths are relative to the workspace. */
export interface WorktreePlaces {
  /** This machine's, by `LAKEBASE_WORKTREES`. */
  machine?: string | undefined;
  /** The plan's `worktrees.directory`. */
  plan?: string | undefined;
}

/**
 * Where an experiment's worktree belongs: beside the checkout, where no runner of the main checkout collects its tests
 * and no module of the main checkout is found by looking upwards. Another place inside a checkout of this repository
 * must be ignored there, so that no worktree's file is ever committed from another.
 * @returns an absolute path
 * @throws CoreError `worktrees_inside`
 */
export async function placeWorktree(
  ref: ExperimentRef,
  repository: Repository,
  { machine, plan }: WorktreePlaces,
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
  const around = await findRepository(nearestFolder(path));
  if (around?.commonDirectory !== commonDirectory) return false;
  return (await git(around.top, ["check-ignore", "--quiet", "--no-index", path])).exitCode !== 0;
}

/** As git writes paths: without links, though the last folders may not be there yet. */
async function resolveLinks(path: string): Promise<string> {
  const folder = nearestFolder(path);
  return join(await realpath(folder), relative(folder, path));
}

/** The nearest folder above that is there; the path itself may be a worktree already. */
function nearestFolder(path: string): string {
  const folder = dirname(path);
  return existsSync(folder) ? folder : nearestFolder(folder);
}
