import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readExperimentTree } from "../../../src/experiments/code/experiment-tree.ts";
import { findWritten, listPathsInDoubt, watchWrites } from "../../../src/experiments/code/written-files.ts";
import { readChangedFiles } from "../../../src/git/changes/changed-files.ts";
import { hasChangedSince } from "../../../src/git/commit.ts";
import { temporaryRepository } from "../../support/repository.ts";

/** A design in the main checkout, in a folder of the repository. */
async function shop(folder: string) {
  const { directory, commit } = await temporaryRepository();
  const base = await commit("main", {
    [join(folder, "db.json")]: "{}\n",
    [join(folder, "shop.ts")]: "one\n",
  });
  const workspace = join(directory, folder);
  const ref = (experiment_slug: string) => ({ workspace, feature_id: "F1", experiment_slug });
  const code = { root: workspace, directory: workspace };
  const find = async (slug: string) =>
    (await findWritten(ref(slug), code, await readChangedFiles(workspace))).paths;
  return {
    put: async (name: string, text: string) => {
      await mkdir(join(workspace, "results"), { recursive: true });
      await writeFile(join(workspace, name), text);
    },
    remove: (name: string) => rm(join(workspace, name)),
    run: async (command: () => Promise<unknown>, slug = "a", isSuite = true) => {
      const record = await watchWrites(ref(slug), { code }, isSuite);
      await command().finally(record);
    },
    listInDoubt: () => listPathsInDoubt(ref("a"), code),
    inDoubt: async (slug = "a") =>
      (await findWritten(ref(slug), code, await readChangedFiles(workspace))).in_doubt,
    isDirty: async (slug = "a") => (await readExperimentTree(ref(slug), code)).dirty,
    hasChanged: async (slug = "a") => hasChangedSince(workspace, base, await find(slug)),
  };
}

describe.each(["", "packages/shop"])("in %j of a repository", (folder) => {
  it("ignores what a command wrote while its content stays, but not a design's own edit", async () => {
    const { put, run, isDirty, hasChanged } = await shop(folder);
    await run(async () => {
      await put("db.json", '{"port":1}\n');
      await put("results/last", "1\n");
    });
    expect([await isDirty(), await hasChanged()]).toEqual([false, false]);
    await run(() => put("results/last", "2\n"));
    expect(await isDirty()).toBe(false);

    await put("db.json", '{"port":"of the design"}\n');
    expect([await isDirty(), await hasChanged()]).toEqual([true, true]);
    await put("db.json", '{"port":1}\n');
    expect(await isDirty()).toBe(false);
    await put("results/more", "");
    expect(await isDirty()).toBe(true);
  });
});

it("does not ignore what was changed before a command", async () => {
  const { put, run, isDirty, hasChanged } = await shop("");
  await put("shop.ts", "two\n");
  await run(() => put("db.json", "1\n"));
  expect([await isDirty(), await hasChanged()]).toEqual([true, true]);
});

it("also ignores what a command deleted, or wrote before it failed", async () => {
  const { remove, put, run, isDirty } = await shop("");
  await run(async () => {
    await remove("db.json");
    throw new Error("it failed");
  }).catch(() => {});
  expect(await isDirty()).toBe(false);
  await put("db.json", "back\n");
  expect(await isDirty()).toBe(true);
});

it("recognizes in the main checkout what another experiment's commands wrote", async () => {
  const { put, run, isDirty } = await shop("");
  await run(() => put("db.json", "1\n"), "a");
  expect(await isDirty("b")).toBe(false);
  await run(() => put("db.json", "2\n"), "b");
  expect(await isDirty("a")).toBe(false);
});

it("does not ignore an edit that began before a command and went on while it ran", async () => {
  const { put, run, isDirty } = await shop("");
  await put("shop.ts", "two\n");
  await run(() => put("shop.ts", "three\n"));
  expect(await isDirty()).toBe(true);
  await run(() => put("shop.ts", "four\n"));
  expect(await isDirty()).toBe(true);
});

it("is in doubt about tracked files that changed while a suite ran, until they change again", async () => {
  const { put, run, inDoubt, isDirty } = await shop("");
  await run(async () => {
    await put("shop.ts", "two\n");
    await put("results/last", "1\n");
  });
  expect([await inDoubt(), await isDirty()]).toEqual([["shop.ts"], false]);
  await run(() => put("results/last", "2\n"));
  expect(await inDoubt()).toEqual(["shop.ts"]);
  await put("shop.ts", "three\n");
  expect([await inDoubt(), await isDirty()]).toEqual([[], true]);
});

it("is not in doubt about tracked files that a setup writes, even if a suite changes them again", async () => {
  const { put, run, inDoubt } = await shop("");
  await run(() => put("db.json", "1\n"), "a", false);
  await run(() => put("db.json", "2\n"));
  expect(await inDoubt()).toEqual([]);
});

it("is in doubt about new files of the project's own kinds, but not about results", async () => {
  const { put, run, inDoubt, isDirty } = await shop("packages/shop");
  await run(async () => {
    await put("new.ts", "precious\n");
    await put("junit.xml", "<testsuites/>\n");
    await put("results/notes.md", "of another kind\n");
  });
  expect([await inDoubt(), await isDirty()]).toEqual([["packages/shop/new.ts"], false]);
});

it("lists what was in doubt when the last command ended, until it is taken back", async () => {
  const { put, run, listInDoubt } = await shop("");
  await run(() => put("shop.ts", "two\n"));
  expect(await listInDoubt()).toEqual(["shop.ts"]);
  await put("shop.ts", "one\n");
  expect(await listInDoubt()).toEqual(["shop.ts"]);
  await run(async () => {});
  expect(await listInDoubt()).toEqual([]);
});

it("records no file whose name contains a secret", async () => {
  const { directory, commit } = await temporaryRepository();
  await commit("main", { "shop.ts": "one\n" });
  const ref = { workspace: directory, feature_id: "F1", experiment_slug: "a" };
  const code = { root: directory, directory };
  const record = await watchWrites(ref, { code }, true, (path) => path.includes("hunter2"));
  await writeFile(join(directory, "hunter2.txt"), "");
  await writeFile(join(directory, "more.txt"), "");
  await record();
  expect((await findWritten(ref, code, await readChangedFiles(directory))).paths).toEqual(["more.txt"]);
});
