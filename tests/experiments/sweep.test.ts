import { existsSync } from "node:fs";
import { mkdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sweepUnfinished } from "../../src/experiments/sweep.ts";
import { makeTemporaryName } from "../../src/utils/files/files.ts";
import { identifySelf } from "../../src/utils/processes/process-identity.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";

/** A half-written file in a folder of the records, last changed so long ago. */
async function leave(workspace: string, folder: string, content: string, ageSeconds: number) {
  const path = join(workspace, ".tdd", folder, makeTemporaryName());
  await mkdir(join(path, ".."), { recursive: true });
  await writeFile(path, content);
  const time = Date.now() / 1000 - ageSeconds;
  await utimes(path, time, time);
  return path;
}

test("removes what a killed process left, but no file of a living process", async () => {
  const workspace = await temporaryFolder();
  const self = await identifySelf();
  const half = await leave(workspace, "experiments/F1/exp-a", "{", 3_600);
  const dead = await leave(workspace, "runs", JSON.stringify({ ...self, started: "another boot/1" }), 0);
  const fresh = await leave(workspace, "runs", "{", 0);
  const own = await leave(workspace, "runs", JSON.stringify(self), 3_600);

  expect((await sweepUnfinished(workspace, { isDeep: false })).sort()).toEqual([half, dead].sort());
  expect([half, dead, fresh, own].map((path) => existsSync(path))).toEqual([false, false, true, true]);
});

test("searches the artifacts only on request", async () => {
  const workspace = await temporaryFolder();
  const half = await leave(workspace, "experiments/F1/exp-a/artifacts/C1/api", "half", 3_600);

  expect(await sweepUnfinished(workspace, { isDeep: false })).toEqual([]);
  expect(await sweepUnfinished(workspace, { isDeep: true })).toEqual([half]);
});

test("creates nothing when there are no records", async () => {
  const workspace = await temporaryFolder();

  expect(await sweepUnfinished(workspace, { isDeep: true })).toEqual([]);
  expect(existsSync(join(workspace, ".tdd"))).toBe(false);
});
