import { existsSync } from "node:fs";
import { lstat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CoreError } from "../../utils/core-error.ts";
import { findHiddenChanges } from "../changes/unsaved-files.ts";
import { git } from "../git.ts";
import { projectFiles } from "../project-files.ts";
import { findRepository } from "../repository.ts";
import { findRebased } from "../worktrees/find-rebased.ts";
import { type ListedWorktree, listWorktrees } from "../worktrees/worktree-list.ts";

/** A checkout whose git branch is about to move from one commit to another. */
export interface Checkout {
  path: string;
  /**
   * `moved`: its files are already those of the new commit. `away`: its folder is missing, and will come back, since it
   * is locked. `rebasing`: it will set the branch to what a rebase makes of the old commit.
   */
  state: "clean" | "changed" | "moved" | "away" | "rebasing";
  /**
   * Untracked files that the new commit would overwrite, and what it also changes of our changed records and of changed
   * files that git was told to overlook.
   */
  in_the_way: string[];
}

/** A move of a git branch. */
export interface Move {
  from: string;
  to: string;
}

/**
 * Inspects the checkouts of a git branch, and whether their files can follow a move. Untracked files are not changes,
 * but they are in the way if the new commit has files of the same names, ignored or not.
 */
export async function inspectCheckouts(directory: string, branch: string, move: Move): Promise<Checkout[]> {
  const worktrees = await listWorktrees(directory);
  const found = await Promise.all(worktrees.map((each) => inspectListed(each, branch, move)));
  return found.filter((each) => each !== undefined);
}

async function inspectListed(
  { path, git_branch, locked }: ListedWorktree,
  branch: string,
  move: Move,
): Promise<Checkout | undefined> {
  if (git_branch === undefined)
    return (await isRebasing(path, branch)) ? { path, state: "rebasing", in_the_way: [] } : undefined;
  if (git_branch !== branch) return undefined;
  if (existsSync(path)) return inspect(path, move);
  // Without a lock, git only has not noticed yet that it was removed.
  return locked === undefined ? undefined : { path, state: "away", in_the_way: [] };
}

async function isRebasing(path: string, branch: string): Promise<boolean> {
  const repository = existsSync(path) ? await findRepository(path) : undefined;
  return repository !== undefined && (await findRebased(repository.gitDirectory)) === branch;
}

async function inspect(path: string, move: Move): Promise<Checkout> {
  if (await isAt(path, move.to)) return { path, state: "moved", in_the_way: [] };
  const changes = await git(path, ["status", "--porcelain", "--untracked-files=no", "--", ...projectFiles]);
  const state = changes.failed || changes.stdout !== "" ? "changed" : "clean";
  return { path, state, in_the_way: state === "clean" ? await findInTheWay(path, move) : [] };
}

/** Whether the index and the files match a commit, apart from our records. */
async function isAt(path: string, commit: string): Promise<boolean> {
  const [index, files] = await Promise.all([
    git(path, ["diff", "--cached", "--quiet", commit, "--", ...projectFiles]),
    git(path, ["diff", "--quiet", "--", ...projectFiles]),
  ]);
  return index.exitCode === 0 && files.exitCode === 0;
}

async function findInTheWay(path: string, { from, to }: Move): Promise<string[]> {
  const list = async (...args: string[]) =>
    (await git(path, ["diff", "--name-only", "--no-renames", "-z", ...args])).stdout
      .split("\0")
      .filter((name) => name !== "");
  const [added, touched, known, hidden] = await Promise.all([
    list("--diff-filter=A", from, to),
    list(from, to),
    list("HEAD"),
    findHiddenChanges(path),
  ]);
  const changed = new Set([...known, ...hidden]);
  const tracked = new Set(await listTracked(path));
  const there = await Promise.all(added.map((name) => findObstacle(path, name, tracked)));
  return [
    ...new Set([
      ...there.filter((name) => name !== undefined),
      ...touched.filter((name) => changed.has(name)),
    ]),
  ];
}

async function listTracked(path: string): Promise<string[]> {
  return (await git(path, ["ls-files", "-z"])).stdout.split("\0");
}

/** Finds what occupies a new file's path: the file itself, a folder, or a file where a folder must be. */
async function findObstacle(
  path: string,
  name: string,
  tracked: ReadonlySet<string>,
): Promise<string | undefined> {
  const found = await lstat(join(path, name)).catch(() => undefined);
  if (found !== undefined && !tracked.has(name)) {
    // A folder that contains only tracked files is moved along with them.
    const isOurs = found.isDirectory() && !(await hasUntracked(path, name));
    return isOurs ? undefined : name;
  }
  for (let folder = dirname(name); folder !== "."; folder = dirname(folder)) {
    const above = await lstat(join(path, folder)).catch(() => undefined);
    if (above !== undefined && !above.isDirectory() && !tracked.has(folder)) return folder;
  }
  return undefined;
}

async function hasUntracked(path: string, name: string): Promise<boolean> {
  const { failed, stdout } = await git(path, ["ls-files", "--others", "--", name]);
  return failed || stdout !== "";
}

/**
 * Updates the files of a clean checkout to the commit its git branch will move to, before the branch itself moves.
 * Local changes and untracked files stay.
 * @throws CoreError `checkout_not_moved`
 */
export async function moveCheckout(path: string, { from, to }: Move): Promise<void> {
  const { state, in_the_way } = await inspect(path, { from, to });
  if (state === "moved") return;
  if (state === "changed" || in_the_way.length > 0)
    throw notMoved(path, in_the_way.join(", ") || "it has changes");
  for (let attempt = 1; ; attempt++) {
    await git(path, ["update-index", "-q", "--refresh"]);
    const { failed, stderr } = await git(path, ["read-tree", "-m", "-u", from, to]);
    if (!failed) return;
    // Editors look at the state of a checkout again and again, and hold the lock for a moment.
    if (!stderr.includes("index.lock") || attempt === tries) throw notMoved(path, stderr);
    await sleep(pauseMs);
  }
}

/** How often to try for the lock of an index, and how long to wait in between, in milliseconds. */
const tries = 20;
const pauseMs = 250;

function notMoved(path: string, why: string): CoreError {
  return new CoreError(
    "checkout_not_moved",
    `The checkout ${path} could not be updated to its git branch: ${why}`,
    {
      hint: "Commit or move away what is named, then call again.",
      retryable: true,
    },
  );
}
