import { type Dirent, readdirSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { relative, sep } from "node:path";
import { findCheckout } from "../../experiments/code/checkouts.ts";

/** Where an experiment's command runs, and which checkouts are not the experiment's own. */
export interface CodePlace {
  /** The top of its worktree. */
  root: string;
  /** The command's working directory. */
  directory: string;
  /** The tops of all checkouts of the repository. */
  checkouts: readonly string[];
  environment: Readonly<Record<string, string>>;
}

export interface CodeBoundary extends CodePlace {
  /** The worktree's files that git does not ignore, tracked or not; relative to its top. */
  files: readonly string[];
}

/** A reference from an experiment's code to code that is not its own. */
export interface ForeignReference {
  /** What refers to it: a link, a line of a file, a variable. */
  link: string;
  target: string;
}

/** Folders of installed packages: the main checkout's may be shared, as long as they lead nowhere else. */
const installed = ["node_modules", "site-packages", "dist-packages", ".git"];

/**
 * Finds whether a path, with links resolved, is in another checkout of the repository.
 * @returns where it leads; undefined if it stays in the worktree, is outside the repository, or does not exist
 */
export async function findForeign(boundary: CodePlace, path: string): Promise<string | undefined> {
  const target = await realpath(path).catch(() => undefined);
  if (target === undefined) return undefined;
  const checkout = findCheckout(boundary.checkouts, target);
  if (checkout === undefined || checkout === boundary.root) return undefined;
  const isInstalled = relative(checkout, target)
    .split(sep)
    .some((part) => installed.includes(part));
  return isInstalled ? undefined : target;
}

/** Returns the first reference that leads to another checkout. */
export async function findFirstForeign(
  boundary: CodeBoundary,
  references: readonly { link: string; path: string }[],
): Promise<ForeignReference | undefined> {
  for (const { link, path } of references) {
    const target = await findForeign(boundary, path);
    if (target !== undefined) return { link, target };
  }
  return undefined;
}

/** Lists the contents of a folder; empty if it cannot be read, since it may belong to anyone. */
export function listReadableEntries(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
