import { mkdir } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { readCutIntent } from "../../src/experiments/branches/cut-intent.ts";
import { findExperiment } from "../../src/experiments/experiments.ts";
import { experimentPaths } from "../../src/experiments/layout.ts";
import { fails } from "../lakebase/fake-cli.ts";

import { created, exists, feature, listing, ours, uid } from "./cutting.ts";

describe("someone else's branch", () => {
  test.each([false, true])("is never taken because of its name, and stays; fresh: %s", async (fresh) => {
    const { cut, ref } = await feature();
    const { errors, names } = await cut({ "list-branches": listing(ours()) }, { fresh });
    expect(errors).toMatchObject([
      { code: "branch_conflict", hint: expect.stringMatching(/LAKEBASE_BRANCH_PREFIX.*experiment_slug/) },
    ]);
    expect(errors[0]?.hint).not.toContain("fresh");
    expect(names()).toEqual(["list-branches"]);
    expect(await findExperiment(ref)).toBeUndefined();
  });

  test.each([false, true])("is not taken for ours after it replaced ours; fresh: %s", async (fresh) => {
    const { cut } = await feature();
    await cut({ "create-branch": [created()] });
    const theirs = { ...ours(), uid: "br-late-moon-z9y8x7w6" };
    const { errors, names } = await cut({ "list-branches": listing(theirs) }, { fresh });
    expect(errors).toMatchObject([{ code: "branch_conflict", message: expect.stringContaining(uid) }]);
    expect(names()).toEqual(["list-branches"]);
  });

  test("is a conflict when it appears between our look and our request", async () => {
    const { cut, ref } = await feature();
    const script = { "create-branch": [exists], "list-branches": [...listing(), ...listing(ours())] };
    expect((await cut(script)).errors).toMatchObject([
      { code: "branch_conflict", hint: expect.stringContaining("LAKEBASE_BRANCH_PREFIX") },
    ]);
    expect(await readCutIntent(ref)).toBeUndefined();
    expect(await findExperiment(ref)).toBeUndefined();
  });
});

describe("a call that ended before it received its branch", () => {
  const lost = { "create-branch": [fails("Service Unavailable")] };
  const later = (ms: number) => new Date(Date.now() + ms).toISOString();
  const minute = 60_000;

  test.each([
    ["created meanwhile is ours", 0, undefined],
    ["created before is not", -10 * minute, "branch_conflict"],
    ["created long after is not", 60 * minute, "branch_conflict"],
  ])("records its intent: a branch %s", async (_what, ms, code) => {
    const { cut, ref } = await feature();
    expect((await cut(lost)).errors).toMatchObject([{ code: "unavailable" }]);
    expect(await findExperiment(ref)).toBeUndefined();

    const found = { ...ours(), create_time: later(ms) };
    const { experiments, errors } = await cut({ "create-branch": [exists], "list-branches": listing(found) });
    expect(errors.map((error) => error.code)).toEqual(code === undefined ? [] : [code]);
    expect(experiments.map((each) => each.created)).toEqual(code === undefined ? [true] : []);
    expect((await findExperiment(ref))?.branch_uid).toBe(code === undefined ? uid : undefined);
  });

  test("records no intent if the request was refused", async () => {
    const { cut, ref } = await feature();
    await cut({ "create-branch": [fails("branches limit exceeded")] });
    expect(await readCutIntent(ref)).toBeUndefined();
  });

  test("finds its branch at any later time if only its records could not be written", async () => {
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
