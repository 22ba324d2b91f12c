import { randomBytes } from "node:crypto";
import { copyFile, mkdir, mkdtemp, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { git } from "./git.ts";
import { projectFiles } from "./project-files.ts";

/** A place for the objects that git creates, so that inspecting a repository adds nothing to it. */
export interface Scratch extends AsyncDisposable {
  /** Makes git write new objects to the scratch while still finding the repository's own. */
  environment: Record<string, string>;
  directory: string;
}

/** Ignored among our records, like everything that is being written. */
const prefix = ".writing-git-";

/**
 * Creates a scratch for a repository.
 * @param place the directory to create it in
 * @returns undefined if there is no repository, or no permission to write
 */
export async function openScratch(repository: string, place: string): Promise<Scratch | undefined> {
  const objects = await gitPath(repository, "objects");
  if (objects === undefined) return undefined;
  const directory = await mkdtemp(join(place, prefix)).catch(() => undefined);
  if (directory === undefined) return undefined;
  const own = join(directory, "objects");
  await mkdir(own);
  return {
    directory,
    environment: {
      GIT_OBJECT_DIRECTORY: own,
      // Quoted because a path may contain the colon that separates entries.
      GIT_ALTERNATE_OBJECT_DIRECTORIES: JSON.stringify(objects),
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}

/** The identity to commit with if git knows none. */
export const authorIdentity = {
  GIT_AUTHOR_NAME: "lakebase-experiments",
  GIT_AUTHOR_EMAIL: "lakebase-experiments@localhost",
  GIT_COMMITTER_NAME: "lakebase-experiments",
  GIT_COMMITTER_EMAIL: "lakebase-experiments@localhost",
};

/** Constant, so that the same code always gives the same commit. */
const identity = {
  ...authorIdentity,
  GIT_AUTHOR_DATE: "2000-01-01T00:00:00Z",
  GIT_COMMITTER_DATE: "2000-01-01T00:00:00Z",
};

/**
 * Commits the current state of a working directory to the scratch: committed and uncommitted files, except ignored
 * ones.
 * @returns undefined if git fails
 */
export async function snapshot(directory: string, scratch: Scratch): Promise<string | undefined> {
  const copied = await copyIndex(directory, scratch);
  if (copied === undefined) return undefined;
  const environment = { ...copied, ...identity };
  const added = await git(directory, ["add", "--all", "--sparse", "--", ...projectFiles], environment);
  const tree = await git(directory, ["write-tree"], environment);
  if (added.failed || tree.failed) return undefined;
  const commit = await git(
    directory,
    ["commit-tree", tree.stdout, "-p", "HEAD", "-m", "as it is"],
    environment,
  );
  return commit.failed ? undefined : commit.stdout;
}

/** Resolves a path inside git's directory to an absolute one; undefined outside a repository. */
async function gitPath(directory: string, name: string): Promise<string | undefined> {
  const found = await git(directory, ["rev-parse", "--path-format=absolute", "--git-path", name]);
  return found.failed ? undefined : found.stdout;
}

/**
 * Makes git work on a copy of a directory's index, with the objects of a scratch. The copy has the index's timestamps:
 * git rereads a file that changed no earlier than its index did, because the file's own timestamp may be too coarse to
 * show the change.
 * @returns variables for git; undefined outside a repository
 */
export async function copyIndex(
  directory: string,
  scratch: Scratch,
): Promise<Record<string, string> | undefined> {
  const index = await gitPath(directory, "index");
  if (index === undefined) return undefined;
  const copy = join(scratch.directory, `index-${randomBytes(4).toString("hex")}`);
  // If there is none, git creates it.
  const found = await stat(index).catch(() => undefined);
  if (found !== undefined) {
    await copyFile(index, copy);
    await utimes(copy, found.atime, found.mtime);
  }
  return { ...scratch.environment, GIT_INDEX_FILE: copy };
}
