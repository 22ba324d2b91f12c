import { randomBytes } from "node:crypto";
import { copyFile, mkdir, mkdtemp, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { git } from "./git.ts";
import { ownFiles } from "./own-files.ts";

/** A place for the objects that git makes, so that a repository gains nothing by being looked at. */
export interface Scratch extends AsyncDisposable {
  /** For git: new objects go to the scratch, those of the repository are found as ever. */
  environment: Record<string, string>;
  directory: string;
}

/** Ignored among our records, as all that is being written. */
const prefix = ".writing-git-";

/**
 * @param place the directory that the scratch is made in, for as long as it is used
 * @returns undefined where there is no repository, or no leave to write
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
      // In quotes, since a path may have the colon that parts one from the next.
      GIT_ALTERNATE_OBJECT_DIRECTORIES: JSON.stringify(objects),
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}

/** Who commits where git knows nobody. */
export const authorIdentity = {
  GIT_AUTHOR_NAME: "lakebase-experiments",
  GIT_AUTHOR_EMAIL: "lakebase-experiments@localhost",
  GIT_COMMITTER_NAME: "lakebase-experiments",
  GIT_COMMITTER_EMAIL: "lakebase-experiments@localhost",
};

/** Always the same, so that the same code makes the same commit. */
const identity = {
  ...authorIdentity,
  GIT_AUTHOR_DATE: "2000-01-01T00:00:00Z",
  GIT_COMMITTER_DATE: "2000-01-01T00:00:00Z",
};

/**
 * A working directory as a commit of the scratch: what is committed, what is not, and what git does not ignore.
 * @returns undefined where git cannot tell
 */
export async function snapshot(directory: string, scratch: Scratch): Promise<string | undefined> {
  const index = await gitPath(directory, "index");
  if (index === undefined) return undefined;
  const copy = join(scratch.directory, `index-${randomBytes(4).toString("hex")}`);
  // Without one, git makes it anew.
  await copyIndex(index, copy).catch(() => undefined);
  const environment = { ...scratch.environment, ...identity, GIT_INDEX_FILE: copy };
  const added = await git(directory, ["add", "--all", "--", ...ownFiles], environment);
  const tree = await git(directory, ["write-tree"], environment);
  if (added.failed || tree.failed) return undefined;
  const commit = await git(
    directory,
    ["commit-tree", tree.stdout, "-p", "HEAD", "-m", "as it is"],
    environment,
  );
  return commit.failed ? undefined : commit.stdout;
}

/** The absolute path of what git keeps, or undefined outside a repository. */
async function gitPath(directory: string, name: string): Promise<string | undefined> {
  const found = await git(directory, ["rev-parse", "--path-format=absolute", "--git-path", name]);
  return found.failed ? undefined : found.stdout;
}

/**
 * With its time: git looks again at a file that changed no earlier than its index did, which may be too soon after its
 * last look for the file's own time to tell.
 */
async function copyIndex(from: string, to: string): Promise<void> {
  await copyFile(from, to);
  const { atime, mtime } = await stat(from);
  await utimes(to, atime, mtime);
}
