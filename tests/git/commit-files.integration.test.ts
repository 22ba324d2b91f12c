import { chmod, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { listUnsaved } from "../../src/git/changes/unsaved-files.ts";
import { commitFiles } from "../../src/git/commit-files.ts";
import { temporaryRepository } from "../support/repository.ts";

type Shop = Awaited<ReturnType<typeof temporaryRepository>>;

/** A repository, and what its last commit has of a file. */
async function makeShop(files: Record<string, string> = { "a.ts": "1\n" }) {
  const shop = await temporaryRepository();
  const base = await shop.commit("main", files);
  const write = async (name: string, text: string) => {
    await mkdir(join(shop.directory, name, ".."), { recursive: true });
    await writeFile(join(shop.directory, name), text);
  };
  return {
    ...shop,
    base,
    write,
    keep: () => keepAll(shop),
    show: (name: string) => shop.git("show", `HEAD:${name}`),
  };
}

/** Commits everything that would be lost, as closing does. */
async function keepAll({ directory }: Shop): Promise<string[]> {
  const files = await listUnsaved(directory);
  await commitFiles(directory, files, "Keep it");
  return files.sort();
}

test("keeps changed, new and deleted files, however they are named", async () => {
  const shop = await makeShop({ "changed.ts": "1\n", "gone.ts": "1\n" });
  const odd = [
    " leading",
    "trailing ",
    'quo"te',
    '"quoted"',
    "new\nline",
    "tab\t",
    "ünïcode.ts",
    "-dash",
    ":(top)x",
    "*.ts",
    "[a]",
  ];
  await shop.write("changed.ts", "2\n");
  await rm(join(shop.directory, "gone.ts"));
  for (const name of odd) await shop.write(name, name);
  await symlink("nowhere", join(shop.directory, "link"));
  expect(await shop.keep()).toEqual(["changed.ts", "gone.ts", "link", ...odd].sort());
  expect(await listUnsaved(shop.directory)).toEqual([]);
  expect(
    (await shop.git("ls-tree", "-rz", "--name-only", "HEAD")).split("\0").filter(Boolean).sort(),
  ).toEqual(["changed.ts", "link", ...odd].sort());
});

test("keeps what git was told to overlook", async () => {
  const shop = await makeShop({
    "assumed.ts": "1\n",
    "skipped.ts": "1\n",
    "same.ts": "1\n",
    "sub/b.ts": "1\n",
  });
  await shop.git("update-index", "--assume-unchanged", "assumed.ts", "same.ts");
  await shop.git("update-index", "--skip-worktree", "skipped.ts", "sub/b.ts");
  for (const name of ["assumed.ts", "skipped.ts", "sub/b.ts"]) await shop.write(name, "2\n");
  // Written anew, with the same content.
  await shop.write("same.ts", "1\n");
  expect(await shop.keep()).toEqual(["assumed.ts", "skipped.ts", "sub/b.ts"]);
  expect(await shop.show("sub/b.ts")).toBe("2");
  expect(await shop.show("skipped.ts")).toBe("2");
  expect(await listUnsaved(shop.directory)).toEqual([]);
});

test("keeps a hidden file that became a link which leads nowhere", async () => {
  const shop = await makeShop({ "a.ts": "1\n", "b.ts": "1\n" });
  await shop.git("update-index", "--assume-unchanged", "a.ts", "b.ts");
  await rm(join(shop.directory, "a.ts"));
  await symlink("nowhere", join(shop.directory, "a.ts"));
  await shop.write("b.ts", "2\n");
  expect(await shop.keep()).toEqual(["a.ts", "b.ts"]);
  expect(await shop.show("a.ts")).toBe("nowhere");
});

test("does not commit a hidden link that is as it was", async () => {
  const shop = await makeShop();
  await symlink("a.ts", join(shop.directory, "link"));
  await shop.git("add", "--all");
  await shop.git("commit", "-qm", "link");
  await shop.git("update-index", "--assume-unchanged", "link");
  expect(await listUnsaved(shop.directory)).toEqual([]);
});

test("keeps files outside of a sparse checkout", async () => {
  const shop = await makeShop({ "in/a.ts": "1\n", "out/b.ts": "1\n" });
  await shop.git("sparse-checkout", "set", "in");
  expect(await listUnsaved(shop.directory)).toEqual([]);
  await shop.write("out/b.ts", "2\n");
  await shop.write("out/new.ts", "new\n");
  expect(await shop.keep()).toEqual(["out/b.ts", "out/new.ts"]);
  expect(await shop.show("out/b.ts")).toBe("2");
  expect(await shop.show("out/new.ts")).toBe("new");
});

test("runs no hook, whatever the hook would do", async () => {
  const shop = await makeShop();
  const hooks = join(shop.directory, ".git/hooks");
  await mkdir(hooks, { recursive: true });
  for (const name of ["pre-commit", "prepare-commit-msg", "commit-msg", "post-commit"]) {
    await writeFile(join(hooks, name), `#!/bin/sh\ntouch "${shop.directory}/ran-${name}"\nexit 1\n`);
    await chmod(join(hooks, name), 0o755);
  }
  await shop.write("a.ts", "2\n");
  await shop.keep();
  expect(await shop.git("status", "--porcelain")).toBe("");
  expect(await shop.git("log", "-1", "--format=%s")).toBe("Keep it");
});

test("commits on a detached head and before the first commit too", async () => {
  const shop = await makeShop();
  await shop.git("checkout", "-q", "--detach");
  await shop.write("a.ts", "2\n");
  await shop.keep();
  expect(await shop.git("rev-parse", "HEAD^")).toBe(shop.base);
  expect(await shop.git("rev-parse", "main")).toBe(shop.base);
  await shop.git("switch", "-q", "--orphan", "empty");
  await shop.write("first.ts", "1\n");
  await shop.keep();
  expect(await shop.git("rev-list", "--count", "HEAD")).toBe("1");
});

test("says what git reports if it cannot commit, and leaves the files as they are", async () => {
  const shop = await makeShop();
  await shop.write("a.ts", "2\n");
  await writeFile(join(shop.directory, ".git/index.lock"), "");
  await expect(commitFiles(shop.directory, ["a.ts"], "Keep it")).rejects.toMatchObject({
    code: "commit_failed",
    message: expect.stringContaining("index.lock"),
  });
  expect(await readFile(join(shop.directory, "a.ts"), "utf8")).toBe("2\n");
  expect(await shop.git("rev-parse", "HEAD")).toBe(shop.base);
});
