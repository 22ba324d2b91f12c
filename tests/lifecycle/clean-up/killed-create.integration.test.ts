import { existsSync } from "node:fs";
import { readdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { experimentPaths } from "../../../src/experiments/layout.ts";
import { startCli } from "../../support/cli.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";
import { addUserThings, openShop } from "../../support/shop.ts";

const preload = pathToFileURL(resolve("tests/fixtures/kill-at-write.mjs")).href;

/** A shop whose server was killed while it created `exp-a`, at a write of its records. */
async function killCreate(point: (feature_id: string) => string) {
  const killAt = join(await temporaryFolder(), "kill-at");
  const env = { NODE_OPTIONS: `--import ${preload}`, KILL_ROLE: "any", KILL_AT: killAt };
  const shop = await openShop(env);
  const own = await addUserThings(shop);
  await writeFile(killAt, point(shop.feature_id));
  await expect(shop.create("exp-a")).rejects.toThrow();
  await rm(killAt);
  return { ...shop, ...own, killAt, env, worktree: `${shop.directory}.worktrees/${shop.feature_id}/exp-a` };
}

const kinds = (found: { kind: string }[]) => found.map(({ kind }) => kind).sort();

test("removes what a killed create left once no process can use it, and nothing of the user's", async () => {
  const shop = await killCreate(() => "branch.txt 1 before");
  const { cleanUp, branches, worktree, ref, age, look, before, own, feature_id, git } = shop;
  const record = experimentPaths(ref("exp-a"));
  expect(await branches()).toContain(`${own}--exp-a`);
  expect(existsSync(record.branch)).toBe(false);

  const first = await cleanUp(false);
  expect(kinds(first.removable)).toEqual(["branch", "files", "files"]);
  const why = expect.stringContaining(`${feature_id}/exp-a`);
  expect(first.removable[0]).toMatchObject({
    name: `${own}--exp-a`,
    branch_minutes: expect.any(Number),
    why,
  });
  expect(first.left).toMatchObject([
    { kind: "branch", name: `${own}--mine`, left: expect.stringContaining("no record") },
    {
      kind: "worktree",
      name: expect.stringContaining("looking"),
      left: expect.stringContaining("no record"),
    },
    { kind: "worktree", name: worktree, left: expect.stringContaining("may still be creating it") },
    { kind: "git_branch", name: `experiment/${feature_id}/mine` },
  ]);
  expect(await branches()).toContain(`${own}--exp-a`);

  for (const name of await readdir(record.directory)) await age(join(record.directory, name), 2);
  const applied = await cleanUp(true);
  expect(kinds(applied.removed)).toEqual(["branch", "files", "worktree"]);
  expect(kinds(applied.left)).toEqual(["branch", "git_branch", "worktree"]);
  expect(await branches()).toEqual([`${own}--mine`, `${own}-mine`]);
  expect([worktree, record.directory].map((path) => existsSync(path))).toEqual([false, false]);
  expect(await git("branch", "--list", `experiment/${feature_id}/exp-a`)).toBe("");
  expect(await look()).toEqual(before);
  expect((await cleanUp(true)).removed).toEqual([]);
});

test("keeps a branch whose uid is unknown, and a worktree with changes", async () => {
  const shop = await killCreate((feature_id) => `${feature_id}+exp-a.json 2 before`);
  const { cleanUp, branches, worktree, ref, age, look, before, own, git } = shop;
  await age(experimentPaths(ref("exp-a")).worktree, 2);
  expect((await cleanUp(true)).left).toContainEqual(
    expect.objectContaining({ name: `${own}--exp-a`, left: expect.stringContaining("someone else's") }),
  );
  expect(await branches()).toContain(`${own}--exp-a`);
  expect(existsSync(worktree)).toBe(true);
  await git("-C", worktree, "commit", "--quiet", "--allow-empty", "-m", "a start");
  expect((await cleanUp(true)).removed).toEqual([]);
  expect(await look()).toEqual(before);
});

test("finishes a clean-up that was killed", async () => {
  const shop = await killCreate(() => "branch.txt 1 before");
  const { cleanUp, worktree, ref, age, look, before, killAt, env, workspace, git, feature_id } = shop;
  const record = experimentPaths(ref("exp-a"));
  for (const name of await readdir(record.directory)) await age(join(record.directory, name), 2);
  for (const point of ["exp-a+closing 1 after", "exp-a+closed 1 after"]) {
    await writeFile(killAt, point);
    const killed = await startCli(workspace, ["clean-up", "--yes"], { ...env, KILL_ROLE: "clean-up" });
    expect(killed.signal, point).toBe("SIGKILL");
  }
  await rm(killAt);
  expect((await cleanUp(true)).removed).toContainEqual(expect.objectContaining({ name: worktree }));
  const left = await readdir(`${shop.directory}.worktrees/${feature_id}`);
  expect(left).toEqual(["looking+0123abcd"]);
  expect(existsSync(record.directory)).toBe(false);
  expect(await git("branch", "--list", `experiment/${feature_id}/exp-a`)).toBe("");
  expect(await look()).toEqual(before);
});
