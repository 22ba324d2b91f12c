import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { readRecords } from "../../../src/comparison/records/records.ts";
import { rememberUnchanged } from "../../../src/comparison/records/unchanged-records.ts";
import { experimentPaths } from "../../../src/experiments/layout.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());

/** An experiment with outcomes and an empty folder of artifacts. */
async function prepare() {
  const ref = { workspace: await temporaryFolder(), feature_id: "F1", experiment_slug: "exp-a" };
  const { directory, outcomes, artifacts } = experimentPaths(ref);
  const api = join(artifacts, "C1", "api");
  mkdirSync(api, { recursive: true });
  writeFileSync(join(directory, "branch.txt"), "f1-exp-a");
  const put = (passed: number) => {
    const counts = { passed, failed: 0 };
    const record = { status: "succeeded", tests_passed: passed, tests_failed: 0, by_tag: { api: counts } };
    writeFileSync(outcomes, JSON.stringify(record));
  };
  put(1);
  const read = () => readRecords(ref);
  const count = async () => (await read())?.outcomes?.by_tag?.api?.passed;
  /** Reads the records once the files are old enough to be remembered. */
  const settle = async () => {
    vi.setSystemTime(statSync(outcomes).ctimeMs + 5_000);
    // What is read once is not worth remembering.
    await read();
    return read();
  };
  return { ref, outcomes, api, directory, put, read, count, settle };
}

test("reads nothing again of an experiment whose files are as they were", async () => {
  const { read, settle } = await prepare();
  const records = await settle();
  expect(records?.outcomes?.tests_passed).toBe(1);
  expect(await read()).toBe(records);
  // Nobody can change what others hold.
  expect(() => Object.assign(records?.outcomes ?? {}, { tests_passed: 2 })).toThrow(TypeError);
});

test("sees a record that was rewritten in place, with the same size and time", async () => {
  const { outcomes, put, count, settle } = await prepare();
  utimesSync(outcomes, 1, 1);
  await settle();
  put(2);
  utimesSync(outcomes, 1, 1);
  expect(await count()).toBe(2);
});

test("sees what is added to a folder, or removed", async () => {
  const { directory, outcomes, api, read, settle } = await prepare();
  await settle();
  expect((await read())?.artifact_count).toBe(0);
  writeFileSync(join(api, "stdout.log"), "");
  expect((await read())?.artifact_count).toBe(1);
  writeFileSync(join(directory, "runtime.json"), JSON.stringify({ duration_ms: 7 }));
  expect((await read())?.duration_ms).toBe(7);
  rmSync(outcomes);
  expect((await read())?.outcomes).toBeUndefined();
});

test("remembers nothing that has just been written: it may change again without looking different", async () => {
  const { outcomes, read } = await prepare();
  vi.setSystemTime(statSync(outcomes).ctimeMs + 500);
  await read();
  expect(await read()).not.toBe(await read());
});

test("remembers nothing of a folder that changed while it was read, whatever the disk's clock says", async () => {
  const { directory, outcomes, put } = await prepare();
  vi.setSystemTime(statSync(outcomes).ctimeMs + 5_000);
  let reads = 0;
  const read = rememberUnchanged(
    (folder: string) => folder,
    async (): Promise<{ text: string; problem?: string }> => {
      const found = { text: readFileSync(outcomes, "utf8") };
      reads++;
      if (reads === 2) put(2);
      return found;
    },
  );
  await read(directory);
  await read(directory);
  expect((await read(directory))?.text).toBe(readFileSync(outcomes, "utf8"));
});

test("reports each time what is broken", async () => {
  const { directory, outcomes, ref, settle } = await prepare();
  writeFileSync(join(directory, "reported.json"), "{");
  await settle();
  for (const _ of [1, 2]) {
    const told: string[] = [];
    await readRecords(ref, undefined, (path) => told.push(path));
    expect(told).toEqual([join(directory, "reported.json")]);
  }
  writeFileSync(outcomes, "{");
  expect(await settle()).toMatchObject({ problem: expect.stringContaining("outcomes.json is not JSON") });
});
