import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readStatus } from "../../../src/git/changes/status.ts";
import { hasChangedSince, judgeTree } from "../../../src/git/commit.ts";
import { temporaryRepository } from "../../support/repository.ts";

it("reads a commit and every kind of difference from it, however files are named", async () => {
  const { directory, commit, git } = await temporaryRepository();
  await commit("main", { "changed.ts": "1\n", "gone.ts": "1\n", "both.ts": "1\n" });
  await git("switch", "-qc", "other");
  await commit("other", { "both.ts": "2\n" });
  await git("switch", "-q", "main");
  const head = await commit("main", { "both.ts": "3\n" });
  await git("merge", "-q", "other").catch(() => {});
  await writeFile(join(directory, "changed.ts"), "2\n");
  await rm(join(directory, "gone.ts"));
  await mkdir(join(directory, "new folder/.tdd"), { recursive: true });
  await writeFile(join(directory, "new folder/a  b\nc.ts"), "");
  await writeFile(join(directory, "new folder/.tdd/record.json"), "");
  await symlink("nowhere", join(directory, "link"));

  const status = await readStatus(directory);
  const names = ["both.ts", "changed.ts", "gone.ts", "link", "new folder/a  b\nc.ts"];
  expect(status).toMatchObject({ commit: head, branch: "main", isAnyMissing: true });
  expect(status?.paths.sort()).toEqual(names);
});

it("sees changes in a submodule, even one that the project tells git to ignore", async () => {
  const library = await temporaryRepository();
  await library.commit("main", { "lib.ts": "1\n" });
  const { directory, git, commit } = await temporaryRepository();
  const add = ["submodule", "add", "--quiet", library.directory, "lib"];
  await git("-c", "protocol.file.allow=always", ...add);
  await git("config", "--file", ".gitmodules", "submodule.lib.ignore", "all");
  const head = await commit("main", { "shop.ts": "1\n" });
  expect((await readStatus(directory))?.paths).toEqual([]);
  expect(await hasChangedSince(directory, head)).toBe(false);

  await writeFile(join(directory, "lib/lib.ts"), "2\n");
  expect((await readStatus(directory))?.paths).toEqual(["lib"]);
  expect(await hasChangedSince(directory, head)).toBe(true);
});

it("reads no commit before the first, no branch of a detached HEAD, and nothing outside a repository", async () => {
  const { directory, commit, git } = await temporaryRepository();
  await commit("main", { "a.ts": "1" });
  await git("switch", "-q", "--orphan", "empty");
  expect(await readStatus(directory)).toMatchObject({ commit: null, branch: "empty", paths: [] });
  await git("checkout", "-q", "--detach", "main");
  expect((await readStatus(directory))?.branch).toBeUndefined();
  expect(await readStatus("/")).toBeUndefined();
});

it("passes over a path with everything below it, and not its neighbours", () => {
  const isDirty = (...paths: string[]) => judgeTree({ commit: "c", paths }, ["results", "a/b"]).dirty;
  expect([isDirty(), isDirty("results", "results/last"), isDirty("a/b/c")]).toEqual([false, false, false]);
  expect([isDirty("results-2"), isDirty("a/bc"), isDirty("a")]).toEqual([true, true, true]);
  expect(judgeTree({ commit: null, paths: [] }).dirty).toBe(true);
});
