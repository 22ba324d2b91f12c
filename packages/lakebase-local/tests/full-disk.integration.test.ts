import { existsSync } from "node:fs";
import { mkdtemp, open, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isSkipped } from "../../../tests/support/vitest/skip.ts";
import { eventually, Machine } from "./machine.ts";

const disk = await mountSmallDisk();
isSkipped(!disk, "the emulator on a full disk: a small disk takes root on Linux");

let machine: Machine;
const project = "projects/local";

/** A file system of its own, in memory, with room for a few branches. */
async function mountSmallDisk(): Promise<string | undefined> {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return undefined;
  const folder = await mkdtemp(join(tmpdir(), "lakebase-local-disk-"));
  const options = "size=320m,mode=0711";
  const { exitCode } = await execa("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder], {
    reject: false,
  });
  if (exitCode === 0) return folder;
  await rm(folder, { recursive: true });
  return undefined;
}

/** Writes until nothing more fits, to the last byte. */
async function fill(folder: string): Promise<void> {
  const filler = await open(join(folder, "filler"), "a");
  try {
    for (let size = 1024 ** 2; size >= 1; ) {
      await filler.appendFile(Buffer.alloc(size)).catch(() => {
        size = Math.floor(size / 2);
      });
    }
  } finally {
    await filler.close();
  }
}

beforeAll(async () => {
  if (!disk) return;
  machine = await Machine.create({ LAKEBASE_LOCAL_MIN_FREE_BYTES: "1" }, disk);
  for (const id of ["awake", "asleep", "spare"]) {
    await machine.createBranch(id);
    await machine.sql(id, "CREATE TABLE kept AS SELECT 7 AS seven");
  }
});

afterAll(async () => {
  if (!disk) return;
  await rm(join(disk, "filler"), { force: true });
  await machine.destroy();
  await execa("umount", [disk]);
  await rm(disk, { recursive: true });
});

const seven = [{ seven: 7 }];

test.skipIf(!disk)("refuses only new branches on a full disk", async () => {
  const folder = disk ?? "";
  await eventually(async () => existsSync(join(machine.home, "reserve")));
  await machine.run("stop");
  await machine.sql("awake", "SELECT 1");
  await fill(folder);
  expect(await machine.sql("awake", "SELECT seven FROM kept")).toEqual(seven);
  expect(await machine.sql("asleep", "SELECT seven FROM kept")).toEqual(seven);
  const spec = JSON.stringify({ spec: { no_expiry: true } });
  const refusal = await machine.refusal("postgres", "create-branch", project, "more", "--json", spec);
  expect(refusal).toMatch(/\[RESOURCE_EXHAUSTED\] the disk is too? ?full/);
  expect((await machine.run("postgres", "list-branches", project)).stdout).not.toContain('"more"');
  expect(await machine.run("postgres", "delete-branch", `${project}/branches/spare`)).toMatchObject({
    code: 0,
  });
  await fill(folder);
  expect(await machine.run("stop")).toMatchObject({ code: 0 });
  expect(await machine.run("start")).toMatchObject({ code: 0, stderr: "" });
  expect(await machine.sql("asleep", "SELECT seven FROM kept")).toEqual(seven);
  const purge = ["postgres", "delete-branch", `${project}/branches/asleep`, "--purge"];
  expect(await machine.run(...purge)).toMatchObject({ code: 0, stderr: "" });
  expect(await machine.sql("awake", "SELECT seven FROM kept")).toEqual(seven);
});

test.skipIf(!disk)("restores its reserve and creates branches once there is room again", async () => {
  await rm(join(disk ?? "", "filler"));
  await machine.run("gc");
  await eventually(async () =>
    stat(join(machine.home, "reserve")).then(
      ({ size }) => size > 0,
      () => false,
    ),
  );
  await machine.createBranch("more");
  expect(await machine.sql("more", "SELECT 1 AS one")).toEqual([{ one: 1 }]);
});
