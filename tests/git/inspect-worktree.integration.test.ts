import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { inspectWorktree } from "../../src/git/worktrees/inspect-worktree.ts";
import { temporaryRepository } from "../support/repository.ts";
import { temporaryWorktree } from "../support/worktree.ts";

type Made = Awaited<ReturnType<typeof temporaryWorktree>>;

/** What would be lost with a worktree, after something was done to it. */
async function inspect(prepare: (made: Made) => Promise<unknown>) {
  const made = await temporaryWorktree();
  await prepare(made);
  return inspectWorktree(made.repository, made.worktree);
}

/** Clones the shop into an ignored folder of the worktree. */
async function cloneInto({ directory, git, path, write }: Made, folder: string): Promise<string> {
  await write(".gitignore", "/cache/\n");
  await git("clone", "--quiet", directory, join(path, folder));
  return join(path, folder);
}

const whole = { state: "there", changed: [], ignored: [] };
const kept = (why: RegExp) => ({ state: "kept", why: expect.stringMatching(why) });

test("finds nothing to lose in a worktree whose work is committed", async () => {
  expect(await inspect(async () => {})).toEqual(whole);
});

test("lists changed, new and deleted files, and ignored ones by folder", async () => {
  const found = await inspect(async ({ path, write }) => {
    await write(".gitignore", "*.log\n/out/\n");
    await write("shop.ts", "two\n");
    await write("a b.log", "");
    await rm(join(path, "design.ts"));
    await mkdir(join(path, "out/deep"), { recursive: true });
    await writeFile(join(path, "out/deep/x"), "");
    await writeFile(join(path, "folder/new.ts"), "");
  });
  expect(found).toEqual({
    state: "there",
    changed: expect.arrayContaining([".gitignore", "design.ts", "folder/new.ts", "shop.ts"]),
    ignored: ["a b.log", "out/"],
  });
});

test.each<[what: string, prepare: (made: Made) => Promise<unknown>, found: object]>([
  ["that was removed with git", ({ git, path }) => git("worktree", "remove", path), { state: "gone" }],
  ["whose folder was deleted", ({ path }) => rm(path, { recursive: true }), { state: "gone" }],
  [
    "on a disk that is away",
    async ({ git, path }) => {
      await git("worktree", "lock", "--reason", "on a stick", path);
      await rm(path, { recursive: true });
    },
    kept(/its folder is missing, but git keeps it locked: on a stick/),
  ],
  [
    "that is locked without a reason",
    ({ git, path }) => git("worktree", "lock", path),
    kept(/^git keeps it locked: no reason given$/),
  ],
  [
    "that was moved with git",
    ({ git, path }) => git("worktree", "move", path, `${path}-moved`),
    kept(/^git lists it at .*own-moved$/),
  ],
  ["that was moved by hand", ({ path }) => rename(path, `${path}-moved`), { state: "gone" }],
  [
    "with another worktree inside",
    ({ git, path }) => git("worktree", "add", "-q", "-b", "inner", join(path, "inner")),
    kept(/own\/inner is inside it$/),
  ],
  [
    "in place of which is another repository",
    async ({ git, path }) => {
      await rm(path, { recursive: true });
      await git("init", "-q", path);
    },
    kept(/belongs to another repository/),
  ],
  [
    "in place of which is a folder",
    async ({ path }) => {
      await rm(path, { recursive: true });
      await mkdir(path);
    },
    kept(/is a folder, but not a git worktree/),
  ],
  [
    "with a repository of its own in it",
    async ({ git, path }) => {
      await git("init", "-q", join(path, "vendor"));
      await writeFile(join(path, "vendor/a"), "");
    },
    kept(/^vendor\/ in it is a repository of its own$/),
  ],
  [
    "with an ignored repository in it",
    async ({ git, path, write }) => {
      await write(".gitignore", "/cache/\n");
      await git("init", "-q", join(path, "cache"));
    },
    kept(/^cache\/ in it is a repository of its own$/),
  ],
  [
    "with a commit in a repository deep in an ignored folder",
    async (made) => {
      const clone = await cloneInto(made, "cache/deep/clone");
      await made.git("-C", clone, "commit", "--quiet", "--allow-empty", "-m", "work");
    },
    kept(/^cache\/deep\/clone\/ in it is a repository with work that is nowhere else$/),
  ],
  [
    "with an uncommitted file in a repository deep in an ignored folder",
    async (made) => writeFile(join(await cloneInto(made, "cache/deep/clone"), "new.ts"), ""),
    kept(/^cache\/deep\/clone\/ in it/),
  ],
  [
    "with a stash in a repository deep in an ignored folder",
    async (made) => {
      const clone = await cloneInto(made, "cache/deep/clone");
      await writeFile(join(clone, "shop.ts"), "two\n");
      await made.git("-C", clone, "stash");
    },
    kept(/^cache\/deep\/clone\/ in it/),
  ],
  [
    "with a mere clone deep in an ignored folder, as tools make for dependencies",
    async (made) => {
      const clone = await cloneInto(made, "cache/deep/clone");
      await made.git("-C", clone, "checkout", "--quiet", "--detach");
    },
    { state: "there", changed: [".gitignore"], ignored: ["cache/"] },
  ],
  [
    "with what the user ignores everywhere",
    async ({ git, path, write }) => {
      await git("config", "core.excludesFile", join(path, "ignore"));
      await write("ignore", "/cache/\n/ignore\n");
      await mkdir(join(path, "cache/deep"), { recursive: true });
      await writeFile(join(path, "cache/deep/a"), "");
    },
    { state: "there", changed: [], ignored: ["cache/", "ignore"] },
  ],
])("inspects a worktree %s", async (_what, prepare, found) => {
  expect(await inspect(prepare)).toEqual(found);
});

test("keeps a worktree with a submodule that was checked out, but not one whose submodule is empty", async () => {
  const made = await temporaryWorktree();
  const { git, path, worktree, repository } = made;
  const other = await temporaryRepository();
  await other.commit("main", { "a.ts": "1" });
  const allowed = ["-c", "protocol.file.allow=always", "-C", path];
  await git(...allowed, "submodule", "--quiet", "add", other.directory, "libs/my lib");
  await git("-C", path, "commit", "-qm", "a library");
  expect(await inspectWorktree(repository, worktree)).toEqual(kept(/it has submodules.*: libs\/my lib$/));
  await git("-C", path, "submodule", "--quiet", "deinit", "--force", "--all");
  await rm(join(made.kept, "modules"), { recursive: true });
  expect(await inspectWorktree(repository, worktree)).toEqual(whole);
});

test.each<[what: string, code: string, prepare: (made: Made) => Promise<unknown>]>([
  [
    "is on no git branch",
    "worktree_branch",
    ({ git, path }) => git("-C", path, "checkout", "-q", "--detach"),
  ],
  [
    "is on another git branch",
    "worktree_branch",
    ({ git, path }) => git("-C", path, "switch", "-qc", "other"),
  ],
  [
    "lost its files, and has others",
    "worktree_incomplete",
    async ({ path, write }) => {
      for (const name of ["shop.ts", "design.ts", "folder"]) await rm(join(path, name), { recursive: true });
      await write("mine.ts", "");
    },
  ],
])("does not judge a worktree that %s", async (_what, code, prepare) => {
  await expect(inspect(prepare)).rejects.toMatchObject({ code });
});

test("finds nothing to lose in a worktree into which nothing was checked out", async () => {
  const found = await inspect(async ({ path }) => {
    for (const name of ["shop.ts", "design.ts", "folder"]) await rm(join(path, name), { recursive: true });
  });
  expect(found).toEqual(whole);
});
