import { expect, test } from "vitest";
import { listHidden } from "../../../src/git/changes/unsaved-files.ts";
import { temporaryRepository } from "../../support/repository.ts";

test("notices when git is told to disregard a file, and when it no longer is", async () => {
  const { directory, git, commit } = await temporaryRepository();
  await commit("main", { "a.txt": "a", "b.txt": "b" });
  expect(await listHidden(directory)).toEqual([]);
  await git("update-index", "--assume-unchanged", "a.txt");
  expect(await listHidden(directory)).toEqual(["a.txt"]);
  await git("update-index", "--skip-worktree", "b.txt");
  expect(await listHidden(directory)).toEqual(["a.txt", "b.txt"]);
  await git("update-index", "--no-assume-unchanged", "a.txt");
  expect(await listHidden(directory)).toEqual(["b.txt"]);
});
