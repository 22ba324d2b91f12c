import { existsSync } from "node:fs";
import { mkdir, readdir, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { expect, onTestFinished, test } from "vitest";
import { writeWorktreeRecord } from "../../src/experiments/code/worktree-record.ts";
import { recordExperiment } from "../../src/experiments/experiments.ts";
import { experimentPaths } from "../../src/experiments/layout.ts";
import { listWorktrees } from "../../src/git/worktrees/worktree-list.ts";
import { asBranchName } from "../../src/lakebase/branches/branch-id.ts";
import { type Area, openArea } from "../../src/queue/work/area.ts";
import { keptWorktrees, pruneWorktrees } from "../../src/queue/work/prune-worktrees.ts";
import { temporaryRepository } from "../support/repository.ts";
import { openShop } from "../support/shop.ts";

async function openTestArea(workspace: string): Promise<Area> {
  const area = await openArea({ workspace });
  onTestFinished(area.release);
  return area;
}

/** A worktree as a job leaves it, used so many minutes ago. */
async function addWorktree({ workspace, directory, repository }: Area, slug: string, minutes: number) {
  const ref = { workspace, feature_id: "F1", experiment_slug: slug };
  const path = join(directory, "worktrees/F1", slug);
  const git_branch = `experiment/F1/${slug}`;
  await execa("git", ["-C", repository.top, "worktree", "add", "--quiet", "-b", git_branch, path]);
  const cut = { branch: slug, uid: null, parent_branch: null, expire_time: null };
  await recordExperiment(
    { ...ref, branch: asBranchName(slug) },
    { cut: { ...cut, cut_at: new Date().toISOString() } },
  );
  await writeWorktreeRecord(ref, { path, git_branch, base_commit: "HEAD" });
  const time = Date.now() / 1000 - minutes * 60;
  await utimes(experimentPaths(ref).worktree, time, time);
  return path;
}

test("a worker keeps its most recent worktrees and those in use, and touches no other", async () => {
  const shop = await temporaryRepository();
  await shop.commit("main", { "shop.txt": "one\n" });
  const area = await openTestArea(shop.directory);
  const slugs = Array.from({ length: keptWorktrees + 3 }, (_, index) => `exp-${index}`);
  const paths: string[] = [];
  for (const [index, slug] of slugs.entries()) paths.push(await addWorktree(area, slug, index));
  // Two that no worker made, one of the clone and one of the user's checkout.
  const clones = join(area.directory, "worktrees/F1/mine");
  await execa("git", ["-C", area.repository.top, "worktree", "add", "--quiet", "--detach", clones]);
  const users = join(area.directory, "worktrees/F1/topic");
  await shop.git("worktree", "add", "--quiet", "-b", "topic", users);

  await pruneWorktrees(area, ({ experiment_slug }) => experiment_slug === slugs.at(-1));
  const removed = paths.slice(keptWorktrees, -1);
  expect(removed).toHaveLength(2);
  expect(paths.filter((path) => !existsSync(path))).toEqual(removed);
  const listed = (await listWorktrees(area.repository.top)).map(({ path }) => path);
  const kept = paths.filter((path) => !removed.includes(path));
  expect(listed.sort()).toEqual([area.repository.top, clones, ...kept].sort());
  expect(existsSync(users)).toBe(true);
  expect(await shop.git("worktree", "list")).toContain(users);
  const branches = await execa("git", ["-C", area.repository.top, "branch", "--format=%(refname:short)"]);
  expect(branches.stdout.split("\n").filter((name) => name.startsWith("experiment/"))).toHaveLength(
    kept.length,
  );
});

test("a worker creates its area only where there is nothing else, and cleans up after one that was killed", async () => {
  const shop = await temporaryRepository();
  await shop.commit("main", { "shop.txt": "one\n" });
  const base = `${shop.directory}.worktrees/+work`;
  const mine = join(base, "1/checkout/notes.txt");
  await mkdir(dirname(mine), { recursive: true });
  await writeFile(mine, "mine\n");
  const area = await openTestArea(shop.directory);
  expect(area.number).toBe(2);
  expect(existsSync(mine)).toBe(true);
  area.release();

  const left = ["checkout.cloning", "0b5d4a8e-5f0e-4a3b-9c56-0e9bb9f0a0c1.tgz", `${"c".repeat(40)}.bundle`];
  for (const name of [...left, "mine.tgz"]) await writeFile(join(area.directory, name), "half");
  expect((await openTestArea(shop.directory)).number).toBe(2);
  expect((await readdir(area.directory)).sort()).toEqual(["area.json", "checkout", "mine.tgz"]);
});

test("cleaning up removes the clone of a worker that has ended, and nothing that the worker did not make", async () => {
  const { workspace, cleanUp } = await openShop();
  const area = await openTestArea(workspace);
  await addWorktree(area, "exp-a", 0);
  const mine = join(area.directory, "mine.txt");
  await writeFile(mine, "mine\n");
  expect(await cleanUp(true)).toMatchObject({ removed: [], left: [] });
  area.release();

  const elsewhere = `${workspace}-elsewhere`;
  await execa("git", ["-C", area.repository.top, "worktree", "add", "--quiet", "--detach", elsewhere]);
  expect(await cleanUp(true)).toMatchObject({
    removed: [],
    left: [{ name: area.directory, left: expect.stringContaining(elsewhere) }],
  });
  await execa("git", ["-C", area.repository.top, "worktree", "remove", elsewhere]);
  expect((await cleanUp(false)).removable).toMatchObject([
    { kind: "files", name: area.directory, bytes: expect.any(Number) },
  ]);
  expect(existsSync(area.repository.top)).toBe(true);
  expect(await cleanUp(true)).toMatchObject({ removed: [{ name: area.directory }], left: [] });
  expect(await readdir(area.directory)).toEqual(["mine.txt"]);
  expect((await cleanUp(true)).removed).toEqual([]);
});
