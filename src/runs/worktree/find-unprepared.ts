import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import type { ExperimentCode } from "../../experiments/code/worktrees.ts";
import { git } from "../../git/git.ts";
import { findRepository } from "../../git/repository.ts";
import { CoreError } from "../../utils/core-error.ts";
import { nameSome } from "../../utils/text/name-some.ts";
import { listReadableEntries } from "./code-boundary.ts";
import { findMissingFiles } from "./missing-files.ts";

/** Installed packages and settings that projects keep out of git, so that a new worktree lacks them. */
const installed = ["node_modules", ".venv", "venv"];
const settings = /^\.env(\.[\w.-]+)?$/;

/** A command that failed for lack of something, perhaps. */
interface FailedCommand {
  /** The folders it ran in, relative to the experiment's code. */
  folders: readonly string[];
  /** Returns what it printed and reported. */
  readOutput: () => Promise<string[]>;
}

/**
 * Finds what a worktree lacks that the main checkout has in addition to its tracked files. A suite that fails for lack
 * of it fails in every worktree, whatever the design.
 */
export async function findUnprepared(
  workspace: string,
  { root, directory, worktree }: ExperimentCode,
  { folders, readOutput }: FailedCommand,
): Promise<CoreError | undefined> {
  if (worktree === undefined) return undefined;
  const repository = await findRepository(workspace);
  if (repository === undefined) return undefined;
  const { top } = repository;
  const own = folders.map((folder) => relative(root, join(directory, folder)));
  const places = [...new Set(["", relative(root, directory), ...own])];
  const submodules = await findEmptySubmodules(top, root);
  const files = places.flatMap((place) =>
    listReadableEntries(join(top, place))
      .map(({ name }) => name)
      .filter(
        (name) => settings.test(name) || (installed.includes(name) && hasPackages(join(top, place, name))),
      )
      .map((name) => join(place, name))
      .filter((name) => !existsSync(join(root, name))),
  );
  const named = await findMissingFiles(top, root, await readOutput());
  const missing = [...new Set([...submodules, ...files, ...named])];
  if (missing.length === 0) return undefined;
  const what = `The worktree ${root} has no ${nameSome(missing, 5)}, which the main checkout has`;
  return new CoreError("worktree_not_prepared", what, {
    hint:
      submodules.length > 0
        ? 'Set worktrees.prepare in plan.json to ["git", "submodule", "update", "--init"], or add that to its commands.'
        : "Install it in the worktree, or copy or link what git ignores: see worktrees.prepare, worktrees.copy and worktrees.link in plan.json.",
  });
}

/** Tools keep caches, such as `.vite`, in folders in which nothing is installed. */
function hasPackages(folder: string): boolean {
  return listReadableEntries(folder).some(({ name }) => !name.startsWith("."));
}

/** git leaves the submodules of a new worktree empty. @returns those that the main checkout has, by their paths */
async function findEmptySubmodules(top: string, root: string): Promise<string[]> {
  if (!existsSync(join(root, ".gitmodules"))) return [];
  const { stdout } = await git(root, ["ls-files", "--stage", "-z"]);
  return stdout
    .split("\0")
    .flatMap((entry) => /^160000 .*?\t(.+)$/s.exec(entry)?.[1] ?? [])
    .filter(
      (path) =>
        listReadableEntries(join(top, path)).length > 0 && listReadableEntries(join(root, path)).length === 0,
    );
}
