import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { setImmediate } from "node:timers/promises";
import { git } from "../git.ts";

/**
 * Finds a repository in ignored folders with work that is nowhere else: uncommitted files, or commits that were neither
 * fetched nor pushed. Tools clone dependencies into such folders, which can be cloned again.
 * @param top the checkout
 * @param folders relative to it
 * @returns the repository's path, relative to the checkout
 */
export async function findNestedWork(top: string, folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders)
    for (const repository of await listRepositories(join(top, folder)))
      if (await holdsWork(repository)) return `${relative(top, repository)}/`;
  return undefined;
}

/** Package managers of Node write into it only what they can write again, in many folders. */
const skipped = "node_modules";

async function listRepositories(folder: string): Promise<string[]> {
  const found: string[] = [];
  const left = [folder];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const parent = next;
    if (existsSync(join(parent, ".git"))) found.push(parent);
    const entries = readdirSync(parent, { withFileTypes: true });
    const inner = entries.filter((entry) => entry.isDirectory() && ![skipped, ".git"].includes(entry.name));
    left.push(...inner.map(({ name }) => join(parent, name)));
    await setImmediate();
  }
  return found;
}

async function holdsWork(repository: string): Promise<boolean> {
  const status = await git(repository, ["status", "--porcelain", "--untracked-files=all"]);
  if (status.failed || status.stdout !== "") return true;
  const stash = await git(repository, ["rev-parse", "--verify", "--quiet", "refs/stash"]);
  if (!stash.failed) return true;
  const head = await git(repository, ["rev-parse", "--verify", "--quiet", "HEAD"]);
  const tips = head.failed ? ["--branches"] : ["--branches", "HEAD"];
  const own = await git(repository, ["rev-list", "--max-count=1", ...tips, "--not", "--remotes", "--tags"]);
  return own.failed || own.stdout !== "";
}
