import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { readCodeDiff, readTreeDiff } from "../../../src/git/changes/code-diff.ts";
import { tryMerge } from "../../../src/git/merge/merge-tree.ts";
import { openScratch, snapshot } from "../../../src/git/scratch.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";
import { temporaryRepository } from "../../support/repository.ts";

const missing = "0123456789abcdef0123456789abcdef01234567";

async function prepare() {
  const repository = await temporaryRepository();
  const { commit } = repository;
  const base = await commit("main", { "shop.ts": "one\ntwo\nthree\n", "readme.md": "shop\n" });
  const a = await commit("a", { "shop.ts": "one\nTWO\nthree\n", "new file.ts": "a\nb\n" });
  const b = await commit("b", { "shop.ts": "one\n2\nthree\n" });
  const c = await commit("c", { "readme.md": "our shop\n", ".tdd/features/F1/plan.json": "{}\n" });
  return { ...repository, base, a, b, c };
}

/** The scratch of a repository that is there. */
async function listScratch(directory: string) {
  const scratch = await openScratch(directory, await temporaryFolder());
  if (scratch === undefined) throw new Error(`${directory} is no repository`);
  onTestFinished(() => scratch[Symbol.asyncDispose]());
  return scratch;
}

describe("tryMerge", () => {
  it("distinguishes a clean merge from conflicts, names the files, and leaves the repository unchanged", async () => {
    const { directory, a, b, c, git } = await prepare();
    const before = await git("count-objects");
    const scratch = await listScratch(directory);
    expect(await tryMerge(directory, a, c, scratch)).toMatchObject({ clean: true, conflicts: [] });
    expect(await tryMerge(directory, a, b, scratch)).toMatchObject({ clean: false, conflicts: ["shop.ts"] });
    expect(await git("status", "--porcelain")).toBe("");
    expect(await git("count-objects")).toBe(before);
  });

  it("reports unknown for anything but a commit", async () => {
    const { directory, a } = await prepare();
    const scratch = await listScratch(directory);
    for (const other of [missing, "--help", "main:shop.ts"]) {
      expect(await tryMerge(directory, a, other, scratch)).toBeUndefined();
    }
  });
});

describe("openScratch", () => {
  it("finds nothing outside a repository", async () => {
    expect(await openScratch(await temporaryFolder(), await temporaryFolder())).toBeUndefined();
  });

  it("does without a scratch folder if it cannot write, and otherwise removes it", async () => {
    const { directory } = await prepare();
    expect(await openScratch(directory, join(directory, "missing"))).toBeUndefined();
    const place = await temporaryFolder();
    const scratch = await openScratch(directory, place);
    await scratch?.[Symbol.asyncDispose]();
    expect(await readdir(place)).toEqual([]);
  });
});

describe("snapshot", () => {
  it("turns a working directory into a commit without touching its index", async () => {
    const { directory, a, c, git } = await prepare();
    await writeFile(join(directory, "shop.ts"), "one\n2\nthree\n");
    await writeFile(join(directory, "new: file"), "x\n");
    const [status, objects] = [await git("status", "--porcelain"), await git("count-objects")];
    const scratch = await listScratch(directory);
    const taken = (await snapshot(directory, scratch)) ?? "";
    expect(await tryMerge(directory, a, taken, scratch)).toMatchObject({
      clean: false,
      conflicts: ["shop.ts"],
    });
    expect(await tryMerge(directory, c, taken, scratch)).toMatchObject({ clean: true, conflicts: [] });
    expect(await snapshot(directory, scratch)).toBe(taken);
    expect([await git("status", "--porcelain"), await git("count-objects")]).toEqual([status, objects]);
  });

  it("works in a folder whose name contains path separators", async () => {
    const { directory, git } = await prepare();
    const path = `${directory}:"odd" one`;
    onTestFinished(() => rm(path, { recursive: true }));
    await git("clone", "--quiet", ".", path);
    await writeFile(join(path, "new"), "x\n");
    expect(await readTreeDiff(path, "HEAD", await temporaryFolder())).toEqual({ added: 1, removed: 0 });
  });
});

describe("readTreeDiff", () => {
  it("counts committed, uncommitted and new lines, but not ignored files", async () => {
    const { directory, git, base } = await prepare();
    await git("checkout", "--quiet", "a");
    await mkdir(join(directory, ".tdd"), { recursive: true });
    for (const [name, text] of Object.entries({
      "shop.ts": "one\nTWO\n3\n",
      "untracked.ts": "1\n2\n",
      ".gitignore": "ignored.log\n",
      "ignored.log": "1\n2\n3\n",
      ".tdd/notes.md": "1\n",
    }))
      await writeFile(join(directory, name), text);
    await git("add", "untracked.ts");
    expect(await readTreeDiff(directory, base, await temporaryFolder())).toEqual({
      added: 2 + 2 + 2 + 1,
      removed: 2,
    });
  });

  it("reports unknown outside a repository", async () => {
    expect(await readTreeDiff(await temporaryFolder(), "HEAD", await temporaryFolder())).toBeUndefined();
  });
});

describe("readCodeDiff", () => {
  it("counts lines changed since the branches diverged, without later changes of the base", async () => {
    const { directory, a, commit } = await prepare();
    await commit("main", { "later.ts": "1\n2\n3\n4\n5\n" });
    expect(await readCodeDiff(directory, "main", a)).toEqual({ added: 3, removed: 1 });
  });

  it("counts no lines for a renamed file", async () => {
    const { directory, git, base } = await prepare();
    await git("checkout", "--quiet", "a");
    await git("mv", "shop.ts", "store.ts");
    await git("-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "--quiet", "-m", "rename");
    const before = await readCodeDiff(directory, base, "a~1");
    expect(await readCodeDiff(directory, base, "a")).toEqual(before);
  });

  it("leaves out our records", async () => {
    const { directory, c } = await prepare();
    expect(await readCodeDiff(directory, "main", c)).toEqual({ added: 1, removed: 1 });
  });

  it("counts nothing for the base itself, and reports unknown for a missing commit", async () => {
    const { directory, base } = await prepare();
    expect(await readCodeDiff(directory, "main", base)).toEqual({ added: 0, removed: 0 });
    expect(await readCodeDiff(directory, "main", missing)).toBeUndefined();
  });
});
