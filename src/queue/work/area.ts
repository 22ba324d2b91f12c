import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Context } from "../../context.ts";
import { git } from "../../git/git.ts";
import { findRepository, type Repository } from "../../git/repository.ts";
import { cancelRun } from "../../runs/caller/cancel.ts";
import { hasEnded, listRuns, requestCancel } from "../../runs/journal/journal.ts";
import { CoreError } from "../../utils/core-error.ts";
import { release, tryLock } from "../../utils/files/lock.ts";

/** Where a worker runs other people's suites: a clone of its own beside the checkout, so that nothing meets the user's. */
export interface Area {
  /** Which of this checkout's it is, from 1. */
  number: number;
  /** Absolute. Its worktrees lie here, and nothing else writes here. */
  directory: string;
  /** The clone, as the workspace of its runs. */
  workspace: string;
  repository: Repository;
  /** The checkout that it was made from. */
  origin: string;
  release: () => void;
}

/**
 * Opens the first area of a checkout that no other worker is in. Runs that a worker left there which died are ended.
 * @throws CoreError `no_repository`, `worktree_failed`
 */
export async function openArea(context: Context): Promise<Area> {
  const repository = await findRepository(context.workspace);
  if (repository === undefined) {
    throw new CoreError("no_repository", `${context.workspace} is not in a git repository.`, {
      hint: "Start the worker in a clone of the project's repository.",
    });
  }
  const base = join(resolve(context.workspace, context.worktrees ?? `${repository.top}.worktrees`), "+work");
  const number = await takeNumber(base);
  const directory = join(base, String(number));
  const clone = join(directory, "checkout");
  await prepareClone(repository, clone);
  const own = await findRepository(clone);
  if (own === undefined) throw new Error(`${clone} is no repository.`);
  return {
    ...{ number, directory, repository: own, origin: context.workspace },
    workspace: join(clone, repository.folder),
    release: () => release(join(base, `${number}.lock`)),
  };
}

/** The context of the runs in an area: the same program and Lakebase, with the area for a workspace. */
export function enterArea(context: Context, { workspace }: Pick<Area, "workspace">): Context {
  // Of an option that is given twice, the last one holds.
  const launch = [...context.launch, "--workspace", workspace];
  return { ...context, workspace, launch, worktrees: undefined, queue_url: undefined };
}

/** Ends all runs of an area that nobody waits for any more. */
export async function endRuns(inside: Context): Promise<void> {
  for (const run of await listRuns(inside.workspace)) {
    if (!hasEnded(run)) await cancelRun(inside, run.run_id);
    // Or the next run of the same cycle would go on where it stopped.
    else if (run.state === "interrupted") await requestCancel(inside.workspace, run.run_id);
  }
}

async function takeNumber(base: string): Promise<number> {
  for (let number = 1; ; number++) if (await tryLock(join(base, `${number}.lock`))) return number;
}

/** The clone stands where the checkout does, and fetches from where that fetches from. */
async function prepareClone({ top }: Repository, clone: string): Promise<void> {
  if (!existsSync(clone)) {
    const half = `${clone}.cloning`;
    await rm(half, { recursive: true, force: true });
    await must(top, ["clone", "--quiet", "--no-checkout", top, half]);
    await rename(half, clone);
  }
  const { stdout: url } = await git(top, ["config", "--get", "remote.origin.url"]);
  await must(clone, ["remote", "set-url", "origin", url === "" ? top : url]);
  await must(clone, ["fetch", "--quiet", top, "HEAD"]);
  await must(clone, ["checkout", "--quiet", "--force", "--detach", "FETCH_HEAD"]);
}

async function must(directory: string, args: string[]): Promise<void> {
  const { failed, stderr } = await git(directory, args);
  if (!failed) return;
  throw new CoreError("worktree_failed", `git ${args[0]} failed for the worker's clone: ${stderr}`, {
    hint: "Fix what git reports, then start the worker again.",
  });
}
