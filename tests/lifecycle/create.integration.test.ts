import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { readBranchRecord } from "../../src/experiments/branches/branch-record.ts";
import { readCutIntent } from "../../src/experiments/branches/cut-intent.ts";
import { findExperiment, recordExperiment } from "../../src/experiments/experiments.ts";
import { experimentPaths } from "../../src/experiments/layout.ts";
import { writeOutcomes } from "../../src/experiments/outcomes/outcomes.ts";
import { asBranchName, asBranchUid } from "../../src/lakebase/branches/branch-id.ts";
import { branchJson, fails, productionJson } from "../lakebase/fake-cli.ts";

import { branch, created, feature, inAWeek, listing, ours, uid } from "./cutting.ts";

test("creates and records an experiment after one look, and says when its branch expires", async () => {
  const { cut, ref } = await feature();
  const expire_time = inAWeek();
  const answer = { stdout: branchJson(branch, { expire_time }) };
  const { experiments, names } = await cut({ "create-branch": [answer] });
  expect(experiments).toEqual([
    {
      experiment_slug: "exp-a",
      branch,
      created: true,
      expire_time,
      directory: experimentPaths(ref).directory,
      code_directory: ref.workspace,
    },
  ]);
  expect(names()).toEqual(["list-branches", "create-branch"]);
  const cut_at = answer.stdout.create_time;
  expect(await readBranchRecord(ref)).toEqual({
    branch,
    uid,
    parent_branch: "production",
    cut_at,
    expire_time,
  });
  expect(await readCutIntent(ref)).toBeUndefined();
});

test("creates an experiment that is named twice once, as it is first described", async () => {
  const { cut, ref } = await feature();
  const experiments = ["first", "second"].map((notes) => ({ experiment_slug: "exp-a", notes }));
  const made = await cut({ "create-branch": [created()] }, { experiments });
  expect(made.experiments).toMatchObject([{ experiment_slug: "exp-a", branch, created: true }]);
  expect(made.names()).toEqual(["list-branches", "create-branch"]);
  expect(await readFile(experimentPaths(ref).notes, "utf8")).toBe("first");
});

test("lets the plan allow a shorter ttl, and the default branch in place of a missing parent", async () => {
  const { cut } = await feature({
    ...{ parent_branch: "base", missing_parent: "use_default" },
    ...{ ttl: "9999999s", shorter_ttls: ["86400s"] },
  });
  const { experiments, calls } = await cut({
    "create-branch": [
      fails("branch id not found"),
      fails("expiration time exceeds the maximum expiration time"),
      created(),
    ],
  });
  expect(experiments).toMatchObject([{ created: true }]);
  expect(calls().at(-1)?.args).toContain('{"spec":{"ttl":"86400s"}}');
});

test("counts retries in the answer", async () => {
  const { cut } = await feature();
  const { experiments } = await cut({ "create-branch": [fails("Service Unavailable"), created()] });
  expect(experiments).toMatchObject([{ created: true, retries: 1 }]);
});

test("keeps to the plan's limit on simultaneous branches for any number of experiments", async () => {
  const { cut } = await feature({ budget: { concurrent_branches: 2 } });
  const experiments = ["a", "b", "c", "d"].map((experiment_slug) => ({ experiment_slug }));
  const { experiments: made, peak } = await cut(
    { "create-branch": [{ ...created(), after_ms: 300 }] },
    { experiments },
  );
  expect(made).toHaveLength(4);
  expect(peak()).toBeLessThanOrEqual(2);
});

describe("an existing branch of an experiment", () => {
  const there = { "list-branches": listing(ours()) };

  test("stays unchanged, and takes one look", async () => {
    const { cut } = await feature();
    await cut({ "create-branch": [created()] });
    const { experiments, warnings, names } = await cut(there);
    expect(experiments).toMatchObject([{ created: false, branch }]);
    expect(warnings).toEqual([]);
    expect(names()).toEqual(["list-branches"]);
  });

  test("keeps its outcomes after a run and says so, while fresh creates it again", async () => {
    const { cut, ref } = await feature();
    await cut({ "create-branch": [created()] });
    await writeOutcomes(ref, { status: "succeeded", tests_passed: 3, tests_failed: 0 });
    const again = await cut(there);
    expect(again.experiments).toMatchObject([{ created: false }]);
    expect(again.warnings).toEqual([expect.stringMatching(/exp-a already has outcomes.*fresh/)]);
    expect(existsSync(experimentPaths(ref).outcomes)).toBe(true);

    const other = "br-calm-lake-q1w2e3r4";
    const script = {
      ...there,
      "create-branch": [{ stdout: { ...ours(), uid: other } }],
      "delete-branch": [{}],
    };
    const { experiments, names } = await cut(script, { fresh: true });
    expect(experiments).toMatchObject([{ created: true }]);
    expect(names()).toEqual(["list-branches", "delete-branch", "create-branch"]);
    expect((await findExperiment(ref))?.branch_uid).toBe(other);
    const files = await readdir(experimentPaths(ref).directory);
    expect(files.filter((file) => file.startsWith("outcomes"))).toEqual([
      expect.stringMatching(/^outcomes\.[0-9]{8}T[0-9]{9}Z\.json$/),
    ]);
  });

  test("comes without the advice to use fresh if fresh would be refused", async () => {
    const { cut, ref } = await feature();
    await cut({ "create-branch": [created()] });
    await writeOutcomes(ref, { status: "succeeded" });
    const child = branchJson("child", { source_branch: `projects/p/branches/${branch}` });
    const { warnings } = await cut({ "list-branches": listing(ours(), child) });
    expect(warnings).toEqual([expect.stringMatching(/^exp-a already has outcomes(?!.*fresh)/)]);
  });

  test("is refused with another parent, and named if its lifetime differs", async () => {
    const { cut } = await feature();
    await cut({ "create-branch": [created()] });
    const listed = { "list-branches": listing(ours(), branchJson("base")) };
    const { errors } = await cut(listed, { parent_branch: "base" });
    expect(errors).toMatchObject([
      { code: "branch_conflict", message: expect.stringMatching(/from production, not from base/) },
    ]);
    expect((await cut(listed, { parent_branch: "production" })).errors).toEqual([]);
    expect((await cut(listed, { ttl: "604800s" })).warnings).toEqual([]);
    expect((await cut(listed, { ttl: "3600s" })).warnings).toEqual([
      expect.stringMatching(/lives until .*3600s was not applied/),
    ]);
  });

  test("is found by the name in records of an earlier version or of the kit, and its uid is recorded", async () => {
    const { cut, ref } = await feature();
    await recordExperiment({ ...ref, branch: asBranchName(branch) });
    const { experiments } = await cut(there);
    expect(experiments).toMatchObject([{ created: false }]);
    expect(await findExperiment(ref)).toMatchObject({ branch, branch_uid: uid });
  });

  test("is found by a uid in its record", async () => {
    const { cut, ref } = await feature();
    await recordExperiment({ ...ref, branch: asBranchUid(uid) });
    const listed = { "list-branches": [{ stdout: [{ ...productionJson, uid: null }, ours()] }] };
    expect((await cut(listed)).experiments).toMatchObject([{ created: false, branch }]);
    expect((await findExperiment(ref))?.branch).toBe(branch);
  });

  test("is created again after it was deleted", async () => {
    const { cut, ref } = await feature();
    await cut({ "create-branch": [created()] });
    await writeOutcomes(ref, { status: "failed" });
    expect((await cut({ "create-branch": [created()] })).experiments).toMatchObject([{ created: true }]);
    expect(existsSync(experimentPaths(ref).outcomes)).toBe(false);
  });
});

test("accepts a parent by its uid, in the call or in the plan", async () => {
  const base = { ...branchJson("base"), uid: "br-calm-hill-abcdefgh" };
  const script = { "create-branch": [created()], "list-branches": listing(base) };
  const inPlan = await (await feature({ parent_branch: base.uid })).cut(script);
  const inCall = await (await feature()).cut(script, { parent_branch: base.uid });
  for (const { calls } of [inPlan, inCall])
    expect(calls().at(-1)?.args.join()).toContain('"source_branch":"projects/p/branches/base"');
});

describe("names", () => {
  test("that differ only in letter case get different branches", async () => {
    const { cut, ref } = await feature();
    const experiments = ["exp-a", "Exp-a", "EXP-A"].map((experiment_slug) => ({ experiment_slug }));
    const { calls } = await cut({ "create-branch": [created()] }, { experiments });
    const asked = calls().filter(({ name }) => name === "create-branch");
    const names = asked.map(({ args }) => args[3]);
    expect(new Set(names).size).toBe(3);
    expect(names).toContain(branch);
    expect(await findExperiment(ref)).toBeDefined();
  });

  test("avoid those of records, which keep theirs", async () => {
    const { cut, ref } = await feature();
    await recordExperiment({ ...ref, experiment_slug: "Exp-A", branch: asBranchName(branch) });
    const { calls } = await cut({ "create-branch": [created()] });
    const asked = calls().find(({ name }) => name === "create-branch");
    expect(asked?.args[3]).toMatch(/^f1--exp-a-[0-9a-f]{8}$/);
  });

  test.each([
    ["of the plan", { branch_prefix: "team" }, undefined, "team--f1--exp-a"],
    ["of one person, which comes before the plan's", { branch_prefix: "team" }, "kai", "kai--f1--exp-a"],
  ])("start with the prefix %s", async (_whose, plan, prefix, name) => {
    const { cut } = await feature(plan);
    const { calls } = await cut({ "create-branch": [created()] }, {}, prefix);
    expect(calls().find((call) => call.name === "create-branch")?.args[3]).toBe(name);
  });

  test.each(["Kai", "-kai", "br-kai", "a".repeat(21), "ü"])(
    "are refused with the prefix %j",
    async (prefix) => {
      const { cut } = await feature();
      await expect(cut({}, {}, prefix)).rejects.toMatchObject({
        code: "invalid_branch_prefix",
        message: expect.stringContaining("LAKEBASE_BRANCH_PREFIX"),
      });
    },
  );
});
