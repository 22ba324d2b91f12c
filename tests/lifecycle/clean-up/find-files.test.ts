import { existsSync } from "node:fs";
import { mkdir, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { findUnusedFiles } from "../../../src/lifecycle/clean-up/find-files.ts";
import { identifySelf } from "../../../src/utils/processes/process-identity.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";

/** No process has this pid. */
const dead = { pid: 2 ** 30, started: "before" };

async function makeRecords() {
  const workspace = await temporaryFolder();
  return {
    /** Writes a record; one of 1970 if it is old. */
    put: async (name: string, content: unknown, isOld = false) => {
      const path = join(workspace, ".tdd", name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, JSON.stringify(content));
      if (isOld) await utimes(path, 1, 1);
      return path;
    },
    /** The leftovers of this workspace; leases of ports belong to the whole machine. */
    find: async () => {
      const found = await findUnusedFiles({ context: { workspace } });
      return found.filter(({ name }) => name.includes(workspace));
    },
  };
}

test("finds nothing among records in use, or where there are none", async () => {
  const { put, find } = await makeRecords();
  expect(await find()).toEqual([]);
  const self = await identifySelf();
  await put("runs/cuts/F1+exp-a.lock", self);
  await put("experiments/F1/exp-a/.writing-1", "new");
  await put("experiments/F1/exp-a/outcomes.json", {}, true);
  await put(".writing-owner", self, true);
  expect(await find()).toEqual([]);
});

test("finds half-written files among the artifacts too, and removes only them", async () => {
  const { put, find } = await makeRecords();
  const kept = await put("experiments/F1/exp-a/artifacts/C1/a.json", {}, true);
  const half = [
    await put("experiments/F1/exp-a/artifacts/C1/.writing-2", "abc", true),
    await put("runs/.writing-owner", dead),
  ];
  const [found, ...others] = await find();
  expect(others).toEqual([]);
  expect(found).toMatchObject({ kind: "files", why: "half written by processes that were killed" });
  expect(found?.name).toMatch(/^2 in /);
  await found?.remove?.();
  expect([kept, ...half].map((path) => existsSync(path))).toEqual([true, false, false]);
  expect(await find()).toEqual([]);
});

test("finds locks of dead processes at any depth, but not in the work of a run", async () => {
  const { put, find } = await makeRecords();
  const locks = [
    await put("runs/cuts/F1+exp-a.lock", dead),
    await put("runs/start.lock.takeover", dead),
    await put("runs/slots/3", dead),
  ];
  const kept = [
    await put("runs/run-20260101T000000-01234567/work/a.lock", dead),
    await put("runs/cuts/F1+exp-a.json", dead),
    await put("runs/broken.lock", "no process"),
    await put("elsewhere.lock", dead),
  ];
  const [found, ...others] = await find();
  expect(others).toEqual([]);
  expect(found).toMatchObject({ kind: "files", why: "locks of processes that were killed" });
  expect(found?.name).toMatch(/^3 in /);
  await found?.remove?.();
  expect(locks.some((path) => existsSync(path))).toBe(false);
  expect(kept.every((path) => existsSync(path))).toBe(true);
});

test("keeps a lock that a living process took between the search and the removal", async () => {
  const { put, find } = await makeRecords();
  const lock = await put("runs/cuts/F1+exp-a.lock", dead);
  const [found] = await find();
  await put("runs/cuts/F1+exp-a.lock", await identifySelf());
  await found?.remove?.();
  expect(existsSync(lock)).toBe(true);
});

test("keeps a file that was written anew between the search and the removal", async () => {
  const { put, find } = await makeRecords();
  const half = await put("runs/.writing-1", "abc", true);
  const [found] = await find();
  await put("runs/.writing-1", "abcd");
  await found?.remove?.();
  expect(existsSync(half)).toBe(true);
});
