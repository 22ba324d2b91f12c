import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../../tests/support/machine/temporary.ts";
import { findDaemon, lastConnection, publishConnection } from "../../src/connection.ts";
import { findHolder, takeLease } from "../../src/daemon/lease.ts";
import { findHome } from "../../src/home.ts";

/** What a holder that is gone leaves: its pid belongs to another process by now. */
const gone = JSON.stringify({ pid: process.pid, mark: "1" });

test("one process holds a state directory, and no second one", async () => {
  const folder = await temporaryFolder();
  expect(await findHolder(folder)).toBeUndefined();
  expect(await takeLease(folder)).toBe(true);
  expect(await findHolder(folder)).toBe(process.pid);
  expect(await takeLease(folder)).toBe(false);
  expect(await readdir(folder)).toEqual(["1"]);
});

test.each([
  ["a holder that is gone", gone],
  ["a lease of something else", "[]"],
])("follows %s, under the next number", async (_what, text) => {
  const folder = await temporaryFolder();
  for (const number of ["7", "9", "10"]) await writeFile(join(folder, number), text);
  await writeFile(join(folder, "notes.txt"), "");
  expect(await findHolder(folder)).toBeUndefined();
  expect(await takeLease(folder)).toBe(true);
  expect((await readdir(folder)).sort()).toEqual(["11", "notes.txt"]);
});

test("nobody holds a folder that is not there", async () => {
  expect(await findHolder(join(await temporaryFolder(), "leases"))).toBeUndefined();
});

test("commands find this process once it said where it listens, until it says that it ends", async () => {
  const home = findHome({ LAKEBASE_LOCAL_HOME: await temporaryFolder() });
  expect(await findDaemon(home)).toBeUndefined();
  await publishConnection(home, 4242, false);
  expect(await findDaemon(home)).toMatchObject({ pid: process.pid, port: 4242 });
  await publishConnection(home, 4242, true);
  expect(await findDaemon(home)).toBeUndefined();
  expect(await lastConnection(home)).toMatchObject({ port: 4242 });
});

test.each([
  ["of a process that is gone", JSON.stringify({ ...JSON.parse(gone), port: 1, closing: false })],
  ["of an older version, without a mark", JSON.stringify({ pid: process.pid, port: 1, closing: false })],
  ["without a port", gone],
])("commands send nothing by a file %s", async (_what, text) => {
  const home = findHome({ LAKEBASE_LOCAL_HOME: await temporaryFolder() });
  await writeFile(home.daemonFile, text);
  expect(await findDaemon(home)).toBeUndefined();
});
