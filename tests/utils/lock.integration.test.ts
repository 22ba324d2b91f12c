import { setMaxListeners } from "node:events";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { rolldown } from "rolldown";
import { expect, test } from "vitest";
import { tryLock, withLock } from "../../src/utils/files/lock.ts";
import { identifyProcess } from "../../src/utils/processes/process-identity.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";

const { signal } = new AbortController();
setMaxListeners(0, signal);

async function writeLock(owner: unknown): Promise<string> {
  const path = join(await temporaryFolder(), "locks", "lock");
  await mkdir(dirname(path));
  await writeFile(path, JSON.stringify(owner));
  return path;
}

test("lets one process at a time hold a lock, and leaves only its owner's name", async () => {
  const path = join(await temporaryFolder(), "locks", "lock");
  let inside = 0;
  let most = 0;
  const task = async () => {
    most = Math.max(most, ++inside);
    await sleep(5);
    inside--;
  };
  await Promise.all(Array.from({ length: 10 }, () => withLock(path, signal, task)));
  expect(most).toBe(1);
  expect(await readdir(dirname(path))).toEqual([expect.stringMatching(/^\.writing-/)]);
});

test("lets exactly one of many take over a lock whose owner is dead", async () => {
  const owner = execa(process.execPath, ["-e", ""]);
  const { pid = 0 } = owner;
  await owner;
  const path = await writeLock({ pid, started: "then" });
  const taken = await Promise.all(Array.from({ length: 20 }, () => tryLock(path)));
  expect(taken.filter(Boolean)).toHaveLength(1);
});

test("does not take a reused pid for the owner of a lock", async () => {
  expect(await tryLock(await writeLock({ pid: process.pid, started: "another time" }))).toBe(true);
});

test("never takes a living owner's lock, and stops waiting with the caller's reason", async () => {
  const owner = execa(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  try {
    const path = await writeLock(await identifyProcess(owner.pid ?? 0));
    expect(await tryLock(path)).toBe(false);
    const controller = new AbortController();
    const waiting = withLock(path, controller.signal, async () => "entered");
    controller.abort(new Error("no more time"));
    await expect(waiting).rejects.toThrow("no more time");
  } finally {
    owner.kill("SIGKILL");
    await owner.catch(() => {});
  }
});

test("keeps a lock exclusive among processes that take and release it as fast as they can", async () => {
  const folder = await temporaryFolder();
  const lock = JSON.stringify(resolve("src/utils/files/lock.ts"));
  const source = `
    import { rmSync, writeFileSync } from "node:fs";
    import { release, tryLock } from ${lock};
    const until = Date.now() + 1_500;
    for (let held = 0; Date.now() < until || held === 0; ) {
      if (!(await tryLock("locks/lock"))) continue;
      held++;
      writeFileSync("inside", "", { flag: "wx" });
      rmSync("inside");
      release("locks/lock");
    }`;
  await writeFile(join(folder, "holder.ts"), source);
  const bundle = await rolldown({ input: join(folder, "holder.ts"), platform: "node" });
  await bundle.write({ file: join(folder, "holder.mjs"), codeSplitting: false });
  await bundle.close();
  const holders = Array.from({ length: 4 }, () =>
    execa(process.execPath, ["holder.mjs"], { cwd: folder, reject: false }),
  );
  const ended = await Promise.all(holders);
  expect(ended.map(({ stderr }) => stderr)).toEqual(["", "", "", ""]);
});
