import { chown, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isSkipped } from "../../../tests/support/vitest/skip.ts";
import { program } from "./machine.ts";

const isRoot = process.getuid?.() === 0;
/** The account `nobody`, which stands for an ordinary user. */
const ordinary = { uid: 65534, gid: 65534 };
const canReadProgram = isRoot && (await run(ordinary, "/", "--version")).exitCode === 0;
isSkipped(!isRoot, "the emulator under other accounts: only root can become another user");
isSkipped(isRoot && !canReadProgram, "the emulator of an ordinary user: it cannot enter this checkout");

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lakebase-local-account-"));
});

afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }));

test.skipIf(!isRoot)("names the folder that keeps Postgres out of root's state directory", async () => {
  const { exitCode, stderr } = await run({}, join(folder, "state"), "start");
  expect(exitCode).toBe(1);
  expect(stderr).toContain(`may not enter ${folder}.`);
});

describe.skipIf(!canReadProgram)("an ordinary user", () => {
  test("can create a branch", async () => {
    await chown(folder, ordinary.uid, ordinary.gid);
    const spec = '{"spec":{"no_expiry":true}}';
    const words = ["postgres", "create-branch", "projects/local", "mine", "--json", spec];
    const { exitCode, stderr } = await run(ordinary, folder, ...words);
    expect((await run(ordinary, folder, "stop")).exitCode).toBe(0);
    expect([exitCode, stderr]).toEqual([0, ""]);
  });

  test("gets an error that names a state directory it cannot write", async () => {
    const { exitCode, stderr } = await run(ordinary, join(folder, "state"), "start");
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`cannot write the state directory ${join(folder, "state")}`);
  });
});

function run(account: { uid?: number; gid?: number }, home: string, ...words: string[]) {
  const environment = { LAKEBASE_LOCAL_HOME: home };
  return execa(process.execPath, [program, ...words], {
    ...account,
    cwd: "/",
    env: environment,
    reject: false,
  });
}
