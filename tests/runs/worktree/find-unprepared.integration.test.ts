import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { writeWorktreeRecord } from "../../../src/experiments/code/worktree-record.ts";
import { checkCode } from "../../../src/experiments/code/worktrees.ts";
import { findUnprepared } from "../../../src/runs/worktree/find-unprepared.ts";
import { temporaryRepository } from "../../support/repository.ts";
import { temporaryExperiment } from "../../support/worktree.ts";

const failed = (output: string[] = [], folders: string[] = []) => ({
  folders,
  readOutput: async () => output,
});

it("names what only the main checkout has: installed packages and ignored settings", async () => {
  const { main, own, ref } = await temporaryExperiment({
    ".gitignore": "node_modules\n.env\n",
    ".env.example": "A=\n",
  });
  const find = async () => findUnprepared(main, await checkCode(ref), failed());
  expect(await find()).toBeUndefined();
  await mkdir(join(main, "node_modules/.vite"), { recursive: true });
  expect(await find()).toBeUndefined();
  await mkdir(join(main, "node_modules/left-pad"));
  await writeFile(join(main, ".env"), "");
  expect(await find()).toMatchObject({
    code: "worktree_not_prepared",
    message: expect.stringMatching(/has no (\.env, node_modules|node_modules, \.env), which the main/),
  });
  await mkdir(join(own, "node_modules"));
  await writeFile(join(own, ".env"), "");
  expect(await find()).toBeUndefined();
  expect(await findUnprepared(main, { root: main, directory: main }, failed())).toBeUndefined();
});

it("names a submodule that only the main checkout has", async () => {
  const library = await temporaryRepository();
  await library.commit("main", { "lib.js": "" });
  const { directory: main, commit, git } = await temporaryRepository();
  await commit("main", { "a.js": "" });
  await git("-c", "protocol.file.allow=always", "submodule", "add", "-q", library.directory, "vendor/lib");
  const base_commit = await commit("main", {});
  const own = `${main}.worktrees/F1/a`;
  await git("worktree", "add", "-q", "-b", "experiment/F1/a", own);
  const ref = { workspace: main, feature_id: "F1", experiment_slug: "a" };
  await writeWorktreeRecord(ref, { path: own, git_branch: "experiment/F1/a", base_commit });
  const find = async () => findUnprepared(main, await checkCode(ref), failed());
  expect(await find()).toMatchObject({
    code: "worktree_not_prepared",
    message: expect.stringContaining("has no vendor/lib, which the main checkout has"),
    hint: expect.stringContaining('["git", "submodule", "update", "--init"]'),
  });
  await git("-C", own, "-c", "protocol.file.allow=always", "submodule", "update", "-q", "--init");
  expect(await find()).toBeUndefined();
});

it("names what only the main checkout has in the folder that the command ran in", async () => {
  const { main, ref } = await temporaryExperiment({
    ".gitignore": ".env\n",
    "packages/api/a.js": "",
  });
  await writeFile(join(main, "packages/api/.env"), "");
  const find = async (folders: string[]) => findUnprepared(main, await checkCode(ref), failed([], folders));
  expect(await find([])).toBeUndefined();
  expect(await find(["packages/api"])).toMatchObject({
    code: "worktree_not_prepared",
    message: expect.stringContaining("has no packages/api/.env, which the main checkout has"),
  });
});
