import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Store } from "../../src/api/store.ts";
import { openEmulator } from "../emulator.ts";

const past = "2026-01-01T00:00:00.000Z";
const names = (store: Store, deleted = false) =>
  store.branches(undefined, { deleted }).map(({ branch_id }) => branch_id);

describe("a store that is opened again", () => {
  test("has what was written, in order of creation", async () => {
    const { home, addBranch } = await openEmulator();
    await addBranch("late", { create_time: "2098-01-01T00:00:00.000Z" });
    await addBranch("early", { create_time: past });
    await addBranch("gone", { delete_time: past, create_time: past, uid: "br-z" });
    const again = await Store.open(home.records);
    expect(names(again)).toEqual(["early", "production", "late"]);
    expect(names(again, true)).toEqual(["early", "gone", "production", "late"]);
    expect(again.project("local").project_id).toBe("local");
  });

  test("has nothing of what was only reserved, or was forgotten", async () => {
    const { home, platform, production, addBranch } = await openEmulator();
    platform.store.reserve({ ...production, branch_id: "new", uid: "br-new", create_time: past });
    expect(platform.store.isPending("br-new")).toBe(true);
    await addBranch("old");
    await platform.store.forgetBranch("br-calm-lake-old");
    expect(names(platform.store)).toEqual(["new", "production"]);
    expect(names(await Store.open(home.records))).toEqual(["production"]);
  });

  test("has no branch whose project is gone", async () => {
    const { home, platform, project } = await openEmulator();
    await platform.store.forgetProject(project.uid);
    expect(names(await Store.open(home.records), true)).toEqual([]);
    expect(await readdir(join(home.records, "branches"))).toHaveLength(1);
  });

  test("ignores drafts, and names a record that it cannot read", async () => {
    const { home } = await openEmulator();
    const folder = join(home.records, "branches");
    await writeFile(join(folder, "br-x.json.123-0badc0de.tmp"), "{");
    expect(names(await Store.open(home.records))).toEqual(["production"]);
    await writeFile(join(folder, "br-x.json"), "{");
    await expect(Store.open(home.records)).rejects.toThrow(`${join(folder, "br-x.json")} is not readable`);
  });
});

test("a branch is no longer reserved once it is written", async () => {
  const { platform, production } = await openEmulator();
  const made = { ...production, branch_id: "new", uid: "br-new" };
  platform.store.reserve(made);
  await platform.store.saveBranch(made);
  expect(platform.store.isPending("br-new")).toBe(false);
});

test("children are the live branches that were taken from a branch", async () => {
  const { platform, production, addBranch } = await openEmulator();
  const dev = await addBranch("dev");
  await addBranch("leaf", {}, dev);
  await addBranch("gone", { delete_time: past });
  await addBranch("over", { expire_time: past });
  const children = (of: typeof dev) => platform.store.listChildren(of).map(({ branch_id }) => branch_id);
  expect(children(production)).toEqual(["dev"]);
  expect(children(dev)).toEqual(["leaf"]);
});

test("of writes at once, the last change stays", async () => {
  const { home, platform, production } = await openEmulator();
  const sizes = Array.from({ length: 20 }, (_, n) => n);
  await Promise.all(
    sizes.map((logical_size_bytes) => platform.store.saveBranch({ ...production, logical_size_bytes })),
  );
  expect((await Store.open(home.records)).branchByUid(production.uid)?.logical_size_bytes).toBe(19);
});
