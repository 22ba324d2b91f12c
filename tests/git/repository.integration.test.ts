import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { findRepository } from "../../src/git/repository.ts";
import { temporaryRepository } from "../support/repository.ts";

async function makeShop() {
  const { directory, commit, git } = await temporaryRepository();
  await commit("main", { "packages/shop/shop.ts": "one\n" });
  const shop = join(directory, "packages/shop");
  const find = async () => (await findRepository(shop))?.top;
  expect(await find()).toBe(directory);
  expect(await find()).toBe(directory);
  return { directory, git, shop, find };
}

it("finds the repository of a folder, and where the folder is in it", async () => {
  const { directory, shop } = await makeShop();
  const found = { top: directory, folder: "packages/shop", gitDirectory: join(directory, ".git") };
  expect(await findRepository(shop)).toEqual({ ...found, commonDirectory: found.gitDirectory });
});

it("notices that a repository is gone, and that it is back", async () => {
  const { directory, find } = await makeShop();
  await rename(join(directory, ".git"), join(directory, "kept"));
  expect(await find()).toBeUndefined();
  await rename(join(directory, "kept"), join(directory, ".git"));
  expect(await find()).toBe(directory);
  await rm(join(directory, ".git/HEAD"));
  expect(await find()).toBeUndefined();
});

it("notices a repository in between, and a folder that becomes a checkout of another repository", async () => {
  const { directory, git, shop, find } = await makeShop();
  await git("init", "-q", join(directory, "packages"));
  expect(await find()).toBe(join(directory, "packages"));
  const other = await temporaryRepository();
  await other.commit("main", { "a.txt": "1" });
  await mkdir(shop, { recursive: true });
  await rm(join(directory, "packages/.git"), { recursive: true });
  await writeFile(join(directory, "packages/.git"), `gitdir: ${join(other.directory, ".git")}\n`);
  expect((await findRepository(shop))?.commonDirectory).toBe(join(other.directory, ".git"));
});

it("notices a setting that makes it no checkout any more", async () => {
  const { git, find } = await makeShop();
  await git("config", "core.bare", "true");
  expect(await find()).toBeUndefined();
});
