import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Context } from "../../context.ts";
import { git } from "../../git/git.ts";
import { findRepository, type Repository } from "../../git/repository.ts";
import { cancelRun } from "../../runs/caller/cancel.ts";
import { hasEnded, listRuns, requestCancel } from "../../runs/journal/journal.ts";
import { CoreError } from "../../utils/core-error.ts";
import { release, tryLock } from "../../utils/files/lock.ts";
import { areaClone, areaLock, areasDirectory, claimArea, sweepArea } from "./area-record.ts";

/** Where a worker runs other people's suites: a clone of its own next to the checkout, apart from the user's files. */
export interface Area {
  /** Its number among the checkout's areas, from 1. */
  number: number;
  /** Absolute. Contains the clone and its worktrees. */
  directory: string;
  /** The workspace of its runs, in the clone. */
  workspace: string;
  repository: Repository;
  /** The workspace that the worker was started in. */
  origin: string;
  /** The folders of the plan's `worktrees.link` that this worker has copied from there. */
  linked: Set<string>;
  release: () => void;
}

/**
 * Opens the first area of a checkout that no other worker is using, and removes what a killed worker left half written.
 * @throws CoreError `no_repository`, `worktree_failed`
 */
export async function openArea(context: Pick<Context, "workspace" | "worktrees">): Promise<Area> {
  const repository = await findRepository(context.workspace);
  if (repository === undefined) {
    throw new CoreError("no_repository", `${context.workspace} is not in a git repository.`, {
      hint: "Start the worker in a clone of the project's repository.",
    });
  }
  const base = areasDirectory(context, repository);
  const number = await takeNumber(base, context.workspace);
  const leave = () => release(areaLock(base, number));
  try {
    const directory = join(base, String(number));
    const clone = areaClone(directory);
    await sweepArea(directory);
    await prepareClone(repository, clone);
    const own = await findRepository(clone);
    if (own === undefined) throw new Error(`${clone} is no repository.`);
    const workspace = join(clone, repository.folder);
    return {
      ...{ number, directory, repository: own, workspace },
      ...{ origin: context.workspace, linked: new Set(), release: leave },
    };
  } catch (error) {
    leave();
    throw error;
  }
}

/** Returns the context of an area's runs: the same program and Lakebase, with the area as the workspace. */
export function enterArea(context: Context, { workspace }: Pick<Area, "workspace">): Context {
  // An option that is given twice is refused.
  const launch = context.launch.map((argument) => (argument === context.workspace ? workspace : argument));
  return { ...context, workspace, launch, worktrees: undefined, queue_url: undefined };
}

/** Ends all runs that a worker left in an area when it died. */
export async function endRuns(inside: Context): Promise<void> {
  for (const run of await listRuns(inside.workspace)) {
    if (!hasEnded(run)) await cancelRun(inside, run.run_id);
    // Otherwise the next run of the same cycle would resume it.
    else if (run.state === "interrupted") await requestCancel(inside.workspace, run.run_id);
  }
}

async function takeNumber(base: string, origin: string): Promise<number> {
  for (let number = 1; ; number++) {
    const lock = areaLock(base, number);
    if (!(await tryLock(lock))) continue;
    if (await claimArea(join(base, String(number)), origin)) return number;
    release(lock);
  }
}

/** The clone is at the checkout's commit, and fetches from the same remote. */
async function prepareClone({ top }: Repository, clone: string): Promise<void> {
  if (!existsSync(clone)) {
    const half = `${clone}.cloning`;
    await rm(half, { recursive: true, force: true });
    await runGit(top, ["clone", "--quiet", "--no-checkout", top, half]);
    await rename(half, clone);
  }
  const { stdout: url } = await git(top, ["config", "--get", "remote.origin.url"]);
  await runGit(clone, ["remote", "set-url", "origin", url === "" ? top : url]);
  await runGit(clone, ["fetch", "--quiet", top, "HEAD"]);
  await runGit(clone, ["checkout", "--quiet", "--force", "--detach", "FETCH_HEAD"]);
}

async function runGit(directory: string, args: string[]): Promise<void> {
  const { failed, stderr } = await git(directory, args);
  if (!failed) return;
  throw new CoreError("worktree_failed", `git ${args[0]} failed for the worker's clone: ${stderr}`, {
    hint: "Fix what git reports, then start the worker again.",
  });
}
