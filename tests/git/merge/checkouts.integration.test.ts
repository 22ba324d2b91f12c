import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { inspectCheckouts, moveCheckout } from "../../../src/git/merge/checkouts.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";
import { temporaryRepository } from "../../support/repository.ts";

/** A checkout on main, and a design that changes a file, adds three, and makes a folder of a file. */
async function prepare() {
  const shop = await temporaryRepository();
  const { directory, git, commit } = shop;
  const from = await commit("main", { "shop.ts": "one\n", "notes.txt": "one\n", ".gitignore": "*.local\n" });
  await git("checkout", "--quiet", "-b", "design");
  await rm(join(directory, "notes.txt"));
  const files = { "shop.ts": "two\n", "new.ts": "new\n", "deep/new.ts": "new\n", "notes.txt/a.ts": "a\n" };
  const to = await commit("design", files);
  await git("checkout", "--quiet", "main");
  const write = async (name: string, text = "mine\n") => {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), text);
  };
  const look = () => inspectCheckouts(directory, "main", { from, to });
  const move = () => moveCheckout(directory, { from, to });
  const read = (name: string) => readFile(join(directory, name), "utf8");
  return { ...shop, from, to, write, look, move, read };
}

test("updates a clean checkout, and keeps untracked files", async () => {
  const { directory, git, to, write, look, move, read } = await prepare();
  await write("keep.local");
  await write("draft.ts");
  expect(await look()).toEqual([{ path: directory, state: "clean", in_the_way: [] }]);
  await move();
  expect(await look()).toEqual([{ path: directory, state: "moved", in_the_way: [] }]);
  await move();
  await git("update-ref", "refs/heads/main", to);
  expect(await git("status", "--porcelain")).toBe("?? draft.ts");
  expect(await read("notes.txt/a.ts")).toBe("a\n");
  expect(await read("keep.local")).toBe("mine\n");
});

test("does not update a checkout with changes, staged or not, except in our records", async () => {
  const { git, write, look, move, read } = await prepare();
  await write(".tdd/plan.json");
  expect(await look()).toMatchObject([{ state: "clean" }]);
  await write("shop.ts");
  expect(await look()).toMatchObject([{ state: "changed" }]);
  await git("add", "--all");
  expect(await look()).toMatchObject([{ state: "changed" }]);
  await expect(move()).rejects.toMatchObject({ code: "checkout_not_moved" });
  expect(await read("shop.ts")).toBe("mine\n");
});

describe("keeps whatever is in the way of a new file", () => {
  test.each([
    ["a file that git does not know", "new.ts", "new.ts"],
    ["a folder with such a file", "new.ts/mine.ts", "new.ts"],
    ["a file where a folder goes", "deep", "deep"],
  ])("%s", async (_what, name, named) => {
    const { write, look, move, read } = await prepare();
    await write(name);
    expect(await look()).toMatchObject([{ state: "clean", in_the_way: [named] }]);
    await expect(move()).rejects.toMatchObject({ message: expect.stringContaining(named) });
    expect(await read(name)).toBe("mine\n");
  });

  test("keeps an ignored file in the way", async () => {
    const { directory, git, commit, write, read } = await prepare();
    const from = await git("rev-parse", "main");
    await git("checkout", "--quiet", "-b", "careless");
    await write("key.local", "theirs\n");
    await git("add", "--force", "key.local");
    const to = await commit("careless", { "other.ts": "other\n" });
    await git("checkout", "--quiet", "main");
    await write("key.local");
    const move = { from, to };
    expect(await inspectCheckouts(directory, "main", move)).toMatchObject([{ in_the_way: ["key.local"] }]);
    await expect(moveCheckout(directory, move)).rejects.toThrow("key.local");
    expect(await read("key.local")).toBe("mine\n");
  });
});

test("ignores checkouts on other git branches", async () => {
  const { git, look } = await prepare();
  await git("checkout", "--quiet", "--detach");
  expect(await look()).toEqual([]);
});

describe.each(["--assume-unchanged", "--skip-worktree"])(
  "a changed file that git was told to overlook (%s)",
  (flag) => {
    test("is in the way of a commit that changes it too, and stays", async () => {
      const { git, write, look, move, read } = await prepare();
      await git("update-index", flag, "shop.ts");
      await write("shop.ts");
      expect(await look()).toMatchObject([{ state: "clean", in_the_way: ["shop.ts"] }]);
      await expect(move()).rejects.toMatchObject({ message: expect.stringContaining("shop.ts") });
      expect(await read("shop.ts")).toBe("mine\n");
    });

    test("stays as it is if the commit leaves it alone", async () => {
      const { git, write, look, move, read } = await prepare();
      await git("update-index", flag, ".gitignore");
      await write(".gitignore");
      expect(await look()).toMatchObject([{ state: "clean", in_the_way: [] }]);
      await move();
      expect(await look()).toMatchObject([{ state: "moved" }]);
      expect([await read(".gitignore"), await read("shop.ts")]).toEqual(["mine\n", "two\n"]);
    });

    test("is not in the way if it is as the commit left it", async () => {
      const { git, look, move, read } = await prepare();
      await git("update-index", flag, "shop.ts");
      expect(await look()).toMatchObject([{ state: "clean", in_the_way: [] }]);
      await move();
      expect(await read("shop.ts")).toBe("two\n");
    });
  },
);

test("overlooks a checkout that was removed, but not one that is locked and will come back", async () => {
  const { directory, git, look } = await prepare();
  const beside = `${directory}-beside`;
  await git("checkout", "--quiet", "--detach");
  await git("worktree", "add", "--quiet", beside, "main");
  expect(await look()).toMatchObject([{ path: beside, state: "clean" }]);
  await rm(beside, { recursive: true });
  expect(await look()).toEqual([]);
  await git("worktree", "lock", beside);
  expect(await look()).toEqual([{ path: beside, state: "away", in_the_way: [] }]);
});

test("finds a checkout in the middle of a rebase of the branch, and none that rebases another", async () => {
  const { directory, git, look } = await prepare();
  await git("checkout", "--quiet", "-b", "topic");
  await writeFile(join(directory, "shop.ts"), "three\n");
  await git("commit", "--quiet", "--all", "-m", "three");
  await expect(git("rebase", "design")).rejects.toThrow();
  expect(await look()).toEqual([]);
  await git("rebase", "--abort");
  await git("branch", "--force", "main", "topic");
  await git("checkout", "--quiet", "main");
  for (const way of ["--merge", "--apply"]) {
    await expect(git("rebase", way, "design")).rejects.toThrow();
    expect(await look(), way).toEqual([{ path: directory, state: "rebasing", in_the_way: [] }]);
    await git("rebase", "--abort");
  }
  expect(await look()).toMatchObject([{ state: "clean" }]);
});

test("waits for another git process to release the index", async () => {
  const { directory, look, move } = await prepare();
  const trace = join(await temporaryFolder(), "trace");
  vi.stubEnv("GIT_TRACE", trace);
  onTestFinished(() => void vi.unstubAllEnvs());
  const lock = join(directory, ".git/index.lock");
  await writeFile(lock, "");
  const moving = move();
  const tries = async () => (await readFile(trace, "utf8")).split("built-in: git read-tree").length - 1;
  await expect.poll(tries).toBeGreaterThan(1);
  await rm(lock);
  await moving;
  expect(await look()).toMatchObject([{ state: "moved" }]);
});
