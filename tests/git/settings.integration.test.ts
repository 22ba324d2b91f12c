import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readTreeDiff } from "../../src/git/changes/code-diff.ts";
import { findSameTrees, haveSameFiles } from "../../src/git/changes/same-files.ts";
import { findMigrations } from "../../src/lifecycle/promote/checks/migration-files.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";
import { temporaryRepository } from "../support/repository.ts";

/** A repository with two commits: the second changes one line in each of two folders. Its settings are a user's. */
async function makeShop(settings: Record<string, string>) {
  const shop = await temporaryRepository();
  const base = await shop.commit("main", { "api/a.ts": "1\n", "web/b.ts": "1\n" });
  const next = await shop.commit("main", { "api/a.ts": "2\n", "web/b.ts": "2\n" });
  for (const [name, value] of Object.entries(settings)) await shop.git("config", name, value);
  return { ...shop, base, next, api: join(shop.directory, "api"), place: await temporaryFolder() };
}

test.each<Record<string, string>>([{}, { "diff.relative": "true" }])(
  "compares whole commits from any folder of the repository, with %j",
  async (settings) => {
    const { base, next, api, commit, git } = await makeShop(settings);
    const other = await commit("main", { "web/b.ts": "3\n" });
    const records = await commit("main", { "web/.tdd/runs/a.json": "{}", ".tdd/b.json": "{}" });
    expect(await haveSameFiles(api, base, next)).toBe(false);
    expect(await haveSameFiles(api, next, other)).toBe(false);
    expect(await haveSameFiles(api, other, records)).toBe(true);
    const unknown = "0".repeat(40);
    expect(await haveSameFiles(api, other, unknown)).toBeUndefined();
    await git("commit", "--quiet", "--amend", "-m", "otherwise");
    const amended = await git("rev-parse", "HEAD");
    const others = [next, unknown, records, other];
    expect(await findSameTrees(api, amended, others)).toEqual(new Set([amended, records]));
    expect(await findSameTrees(api, unknown, others)).toEqual(new Set([unknown]));
  },
);

test("finds the names of migrations, even if the user always wants colours", async () => {
  const { commit, directory } = await makeShop({ "color.ui": "always", "color.grep": "always" });
  const at = await commit("main", { "alembic/versions/a.py": 'revision = "aa11"\n' });
  expect(await findMigrations(directory, at, "alembic")).toEqual(["aa11"]);
});

test("counts the lines of files outside of a sparse checkout too", async () => {
  const { git, base, directory, place } = await makeShop({});
  await git("sparse-checkout", "set", "api");
  await mkdir(join(directory, "web"), { recursive: true });
  await writeFile(join(directory, "web/new.ts"), "new\n");
  expect(await readTreeDiff(directory, base, place)).toEqual({ added: 3, removed: 2 });
});
