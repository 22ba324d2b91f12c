import { mkdir } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { readCutIntent } from "../../src/experiments/branches/cut-intent.ts";
import { findExperiment } from "../../src/experiments/experiments.ts";
import { experimentPaths } from "../../src/experiments/layout.ts";
import { fails } from "../lakebase/fake-cli.ts";

import { created, exists, feature, listing, ours, uid } from "./cutting.ts";

describe("somebody else's branch", () => {
  test.each([false, true])("is never taken for its name, and stays; fresh: %s", async (fresh) => {
    const { cut, ref } = await feature();
    const { errors, names } = await cut({ "list-branches": listing(ours()) }, { fresh });
    expect(errors).toMatchObject([
      { code: "branch_conflict", hint: expect.stringMatching(/LAKEBASE_BRANCH_PREFIX.*experiment_slug/) },
    ]);
    expect(errors[0]?.hint).not.toContain("fresh");
    expect(names()).toEqual(["list-branches"]);
    expect(await findExperiment(ref)).toBeUndefined();
  });

  test.each([false, true])("under the name of ours is not ours; fresh: %s", async (fresh) => {
    const { cut } = await feature();
    await cut({ "create-branch": [created()] });
    const theirs = { ...ours(), uid: "br-late-moon-z9y8x7w6" };
    const { errors, names } = await cut({ "list-branches": listing(theirs) }, { fresh });
    expect(errors).toMatchObject([{ code: "branch_conflict", message: expect.stringContaining(uid) }]);
    expect(names()).toEqual(["list-branches"]);
  });

  test("that came between our look and our request is a conflict", async () => {
    const { cut, ref } = await feature();
    const script = { "create-branch": [exists], "list-branches": [...listing(), ...listing(ours())] };
    expect((await cut(script)).errors).toMatchObject([
      { code: "branch_conflict", hint: expect.stringContaining("LAKEBASE_BRANCH_PREFIX") },
    ]);
    expect(await readCutIntent(ref)).toBeUndefined();
    expect(await findExperiment(ref)).toBeUndefined();
  });
});

describe("a call that ended before it knew of its branch", () => {
  const lost = { "create-branch": [fails("Service Unavailable")] };
  const later = (ms: number) => new Date(Date.now() + ms).toISOString();
  const minute = 60_000;

  test.each([
    ["made meanwhile, is ours", 0, undefined],
    ["made before, is not", -10 * minute, "branch_conflict"],
    ["made long after, is not", 60 * minute, "branch_conflict"],
  ])("leaves word of it: a branch %s", async (_what, ms, code) => {
    const { cut, ref } = await feature();
    expect((await cut(lost)).errors).toMatchObject([{ code: "unavailable" }]);
    expect(await findExperiment(ref)).toBeUndefined();

    const found = { ...ours(), create_time: later(ms) };
    const { experiments, errors } = await cut({ "create-branch": [exists], "list-branches": listing(found) });
    expect(errors.map((error) => error.code)).toEqual(code === undefined ? [] : [code]);
    expect(experiments.map((each) => each.created)).toEqual(code === undefined ? [true] : []);
    expect((await findExperiment(ref))?.branch_uid).toBe(code === undefined ? uid : undefined);
  });

  test("leaves none where the request was refused", async () => {
    const { cut, ref } = await feature();
    await cut({ "create-branch": [fails("branches limit exceeded")] });
    expect(await readCutIntent(ref)).toBeUndefined();
  });

  test("and whose records could not be written finds its branch again, whenever that is", async () => {
    const { cut, ref } = await feature();
    // A folder where a file belongs.
    await mkdir(experimentPaths(ref).branchRecord, { recursive: true });
    const old = { ...ours(), create_time: later(-60 * minute) };
    expect((await cut({ "create-branch": [{ stdout: old }] })).errors).toHaveLength(1);
    const { errors } = await cut({ "create-branch": [exists], "list-branches": listing(old) });
    expect(errors).not.toMatchObject([{ code: "branch_conflict" }]);
    expect(await readCutIntent(ref)).toMatchObject({ uid });
  });
});
