import { constants, existsSync } from "node:fs";
import { copyFile, link, lstat, mkdir, realpath, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { WorktreesPlan } from "../../../schemas/plan/plan.ts";
import { type ExperimentCode, isInside, requireRepository } from "../../experiments/code/worktrees.ts";
import { git } from "../../git/git.ts";
import { CoreError } from "../../utils/core-error.ts";
import { makeTemporaryName } from "../../utils/files/files.ts";
import { readErrorCode } from "../../utils/read-error-code.ts";

/** The two sides of a shared file, each below the top of its checkout. */
interface Sides {
  workspace: string;
  top: string;
  code: ExperimentCode;
}

/**
 * Gives a worktree the files that the plan copies and links from the main checkout. Existing files are left alone.
 * @throws CoreError `share_failed` for anything that does not exist, is not ignored by git, leads out of either
 *   checkout, or was built
 */
export async function shareFiles(
  workspace: string,
  code: ExperimentCode,
  { copy = [], link: linked = [] }: WorktreesPlan = {},
): Promise<void> {
  if (code.worktree === undefined || copy.length + linked.length === 0) return;
  const sides = { workspace, top: (await requireRepository(workspace)).top, code };
  for (const name of copy) await copyInto(sides, name);
  for (const name of linked) await linkInto(sides, name);
}

async function copyInto(sides: Sides, name: string): Promise<void> {
  const target = join(sides.code.directory, name);
  if (await isThere(target)) return;
  const source = await findSource(sides, name);
  if (!(await lstat(source)).isFile()) throw refuse(name, "it is not a file");
  const { exitCode } = await git(sides.code.root, ["check-ignore", "--quiet", "--", target]);
  if (exitCode !== 0)
    throw refuse(name, "git does not ignore it there, so it could be committed by accident");
  await makeParent(sides, name, target);
  const temporary = join(dirname(target), makeTemporaryName());
  try {
    await copyFile(source, temporary, constants.COPYFILE_EXCL);
    // Unlike a rename, a link never replaces a file that appeared meanwhile.
    await link(temporary, target).catch(ignoreExisting);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Where builds put code, which is not the design's if another checkout was built. */
const built = /(^|\/)(dist|build|out)\/*$/;

async function linkInto(sides: Sides, name: string): Promise<void> {
  if (built.test(name)) throw refuse(name, "it contains what was built from other code than the design's");
  const target = join(sides.code.directory, name);
  if (await isThere(target)) return;
  const source = await findSource(sides, name);
  if (!(await lstat(source)).isDirectory()) throw refuse(name, "it is not a folder");
  await makeParent(sides, name, target);
  await symlink(source, target).catch(ignoreExisting);
}

async function findSource({ workspace, top }: Sides, name: string): Promise<string> {
  const source = await realpath(join(workspace, name)).catch(() => undefined);
  if (source === undefined) throw refuse(name, "the main checkout does not have it");
  if (!isInside(top, source)) throw refuse(name, `it leads out of the main checkout, to ${source}`);
  return source;
}

async function makeParent({ code: { root } }: Sides, name: string, target: string): Promise<void> {
  const parent = await realpath(findNearest(dirname(target)));
  if (!isInside(root, parent)) throw refuse(name, `it leads out of the worktree, to ${parent}`);
  await mkdir(dirname(target), { recursive: true });
}

function findNearest(folder: string): string {
  return existsSync(folder) ? folder : findNearest(dirname(folder));
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

function ignoreExisting(error: unknown): void {
  if (readErrorCode(error) !== "EEXIST") throw error;
}

function refuse(name: string, why: string): CoreError {
  return new CoreError("share_failed", `${name} cannot be shared with the worktree: ${why}.`, {
    hint: "Correct worktrees.copy or worktrees.link in plan.json, or what they name in the main checkout. worktrees.prepare can build or install in the worktree.",
  });
}
