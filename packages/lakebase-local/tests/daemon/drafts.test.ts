import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { purgeOverdue } from "../../src/api/branches/deletion.ts";
import { removeDrafts } from "../../src/daemon/drafts.ts";
import { collectGarbage, removeUnrecorded } from "../../src/daemon/garbage.ts";
import { openEmulator } from "../emulator.ts";

/** Above the largest pid of any system that we run on. */
const gone = 99_999_999;
const past = "2026-01-01T00:00:00.000Z";

test("removes what processes that are gone were about to write, and nothing else", async () => {
  const { home, platform } = await openEmulator();
  const before = await readdir(home.root);
  const left = [
    join(home.root, `daemon.json.${gone}-0badc0de.tmp`),
    join(home.root, `extensions.${gone}.tmp`),
    join(home.leases, `${gone}.draft`),
    join(home.binaries, `18.4.0-2.${gone}.tmp`),
    join(home.records, "branches", `br-x.json.${gone}-0badc0de.tmp`),
  ];
  const kept = [
    join(home.root, `daemon.json.${process.pid}-0badc0de.tmp`),
    join(home.root, `token.${process.ppid}-0badc0de.tmp`),
    join(home.root, "notes.tmp"),
    join(home.leases, "7"),
  ];
  for (const file of [...left, ...kept]) await writeFile(file, "");
  await removeDrafts(home, platform.store);
  expect((await readdir(home.root)).sort()).toEqual(
    [
      ...before,
      `daemon.json.${process.pid}-0badc0de.tmp`,
      `token.${process.ppid}-0badc0de.tmp`,
      "notes.tmp",
    ].sort(),
  );
  expect(await readdir(home.leases)).toEqual(["7"]);
  expect(await readdir(home.binaries)).toEqual([]);
  expect(await readdir(join(home.records, "branches"))).toHaveLength(1);
});

test("removes the logs of branches that are gone", async () => {
  const { home, platform, production } = await openEmulator();
  for (const name of [`${production.uid}.log`, "br-gone.log", "daemon.log"])
    await writeFile(join(home.logs, name), "");
  await removeDrafts(home, platform.store);
  expect((await readdir(home.logs)).sort()).toEqual([`${production.uid}.log`, "daemon.log"].sort());
});

test("removes data that no record names, but not of a branch that is being made", async () => {
  const { home, platform, production } = await openEmulator();
  platform.store.reserve({ ...production, branch_id: "new", uid: "br-new" });
  const names = [
    production.uid,
    "br-new.tmp",
    "br-gone",
    "br-gone.tmp",
    `${production.uid}.tmp`,
    "br-x.gone",
  ];
  for (const name of names) await mkdir(join(home.data, name));
  const removed = ["br-gone", "br-gone.tmp", `${production.uid}.tmp`, "br-x.gone"];
  expect((await removeUnrecorded(platform)).sort()).toEqual(removed.sort());
  expect((await readdir(home.data)).sort()).toEqual(["br-new.tmp", production.uid].sort());
});

test("a clean-up purges what was deleted, with its data, and says what", async () => {
  const { home, platform, addBranch, project } = await openEmulator();
  await addBranch("dev");
  await addBranch("gone", { delete_time: past });
  await platform.store.saveProject({ ...project, project_id: "other", uid: "other", delete_time: past });
  for (const uid of ["br-calm-lake-dev", "br-calm-lake-gone"]) await mkdir(join(home.data, uid));
  expect(await collectGarbage(platform)).toEqual({
    purged_projects: ["other"],
    purged_branches: ["gone"],
    removed_directories: [],
  });
  expect(await readdir(home.data)).toEqual(["br-calm-lake-dev"]);
});

test("what is overdue is purged, and only that", async () => {
  const { platform, addBranch } = await openEmulator();
  await addBranch("over", { expire_time: past });
  await addBranch("lives", { expire_time: "2099-01-01T00:00:00.000Z" });
  await addBranch("gone", { delete_time: past, purge_time: past });
  await addBranch("kept", { delete_time: past, purge_time: "2099-01-01T00:00:00.000Z" });
  await purgeOverdue(platform);
  const left = platform.store.branches(undefined, { deleted: true }).map(({ branch_id }) => branch_id);
  expect(left.sort()).toEqual(["kept", "lives", "production"]);
});
