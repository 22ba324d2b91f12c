import { type Dirent, readdirSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { relative, sep } from "node:path";
import { findCheckout } from "../../experiments/code/checkouts.ts";

/** Where an experiment's command runs, and what is not the experiment's own. */
export interface Grounds {
  /** The top of its worktree. */
  root: string;
  /** Where the command runs. */
  directory: string;
  /** The tops of all checkouts of the repository. */
  checkouts: readonly string[];
  /** Files of the worktree, tracked or not, that git does not ignore; relative to its top. */
  files: readonly string[];
  environment: Readonly<Record<string, string>>;
}

/** A way from an experiment's code to code that is not its own. */
export interface Outside {
  /** What leads there: a link, a line of a file, a variable. */
  link: string;
  target: string;
}

/** Folders of installed packages: those of the main checkout may be shared, as long as they lead nowhere else. */
const installed = ["node_modules", "site-packages", "dist-packages", ".git"];

/**
 * Whether a path, once links are followed, is in another checkout of the repository.
 * @returns where it leads; undefined where it stays in the worktree, leaves the repository, or is not there
 */
export async function findForeign(grounds: Grounds, path: string): Promise<string | undefined> {
  const target = await realpath(path).catch(() => undefined);
  if (target === undefined) return undefined;
  const checkout = findCheckout(grounds.checkouts, target);
  if (checkout === undefined || checkout === grounds.root) return undefined;
  const isInstalled = relative(checkout, target)
    .split(sep)
    .some((part) => installed.includes(part));
  return isInstalled ? undefined : target;
}

/** The first of some ways that leads out. */
export async function findFirst(
  grounds: Grounds,
  ways: readonly { link: string; path: string }[],
): Promise<Outside | undefined> {
  for (const { link, path } of ways) {
    const target = await findForeign(grounds, path);
    if (target !== undefined) return { link, target };
  }
  return undefined;
}

/** What is in a folder; nothing where it cannot be read: it may be anybody's. */
export function listEntries(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
