import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import {
  getExperiment,
  listAllExperiments,
  listExperiments,
  recordExperiment,
} from "../../src/experiments/experiments.ts";
import { experimentPaths, planPath, stateDirectory } from "../../src/experiments/layout.ts";
import { readOutcomes, writeOutcomes } from "../../src/experiments/outcomes/outcomes.ts";
import { readPlan } from "../../src/experiments/plan.ts";
import {
  appendTimeline,
  readRuntime,
  readTimeline,
  writeRuntime,
} from "../../src/experiments/timeline/timeline.ts";
import { asBranchName } from "../../src/lakebase/branches/branch-id.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";

async function put(path: string, text: string) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

describe("experiments", () => {
  test("are the folders with a branch.txt, sorted by name", async () => {
    const workspace = await temporaryFolder();
    const ref = (experiment_slug: string) => ({ workspace, feature_id: "F1", experiment_slug });
    await recordExperiment({ ...ref("exp-b"), branch: asBranchName("f1-exp-b") }, { notes: "B\n" });
    await recordExperiment({ ...ref("exp-a"), branch: asBranchName("f1-exp-a") });
    await mkdir(experimentPaths(ref("exp-c")).directory, { recursive: true });

    expect((await listExperiments(workspace, "F1")).map(({ branch }) => branch)).toEqual([
      "f1-exp-a",
      "f1-exp-b",
    ]);
    expect(await listAllExperiments(workspace)).toHaveLength(2);
    expect(await readFile(experimentPaths(ref("exp-a")).branch, "utf8")).toBe("f1-exp-a");
    expect(await readFile(experimentPaths(ref("exp-b")).notes, "utf8")).toBe("B\n");
    expect(await readFile(`${stateDirectory(workspace)}/.gitignore`, "utf8")).toContain("/runs/");
    await expect(getExperiment(ref("exp-c"))).rejects.toMatchObject({ code: "unknown_experiment" });

    await rm(experimentPaths(ref("exp-b")).directory, { recursive: true });
    expect(await listExperiments(workspace, "F1")).toHaveLength(1);
    expect(await listExperiments(workspace, "F2")).toEqual([]);
  });

  test.each(["../x", "a/b", "", ".", "..", "-x", "a..b", "x.lock", "a b", "x".repeat(64), "é"])(
    "cannot be named %j",
    async (experiment_slug) => {
      const workspace = await temporaryFolder();
      const ref = { workspace, feature_id: "F1", experiment_slug };
      await expect(recordExperiment({ ...ref, branch: asBranchName("b") })).rejects.toMatchObject({
        code: "invalid_name",
      });
      await expect(
        recordExperiment({
          ...ref,
          experiment_slug: "a",
          feature_id: experiment_slug,
          branch: asBranchName("b"),
        }),
      ).rejects.toMatchObject({ code: "invalid_name" });
    },
  );
});

describe("outcomes", () => {
  test("keep the kit's unknown keys", async () => {
    const ref = { workspace: await temporaryFolder(), feature_id: "F1", experiment_slug: "exp-a" };
    expect(await readOutcomes(ref)).toBeUndefined();
    const kit = {
      status: "succeeded",
      tests_passed: 3,
      tests_failed: 0,
      by_tag: { api: { passed: 2, failed: 0 } },
      extra: 1,
    };
    await put(experimentPaths(ref).outcomes, JSON.stringify(kit));
    expect(await readOutcomes(ref)).toEqual(kit);
  });

  test.each([
    ["truncated", '{"status": "succ'],
    ["of another shape", "[]"],
    ["without a status", '{"tests_failed":1}'],
    ["with an invalid status", '{"status":"capped"}'],
  ])("%s are unreadable, and the error names the file", async (_what, text) => {
    const ref = { workspace: await temporaryFolder(), feature_id: "F1", experiment_slug: "exp-a" };
    await put(experimentPaths(ref).outcomes, text);
    await expect(readOutcomes(ref)).rejects.toMatchObject({
      code: "record_unreadable",
      message: expect.stringContaining(experimentPaths(ref).outcomes),
    });
  });

  const evidence = {
    ...{ run_id: "r", cycle_id: "C1", branch: "b", commit: null, dirty: false },
    by_tag: { api: { state: "evidence" }, e2e: { state: "evidence" } },
  };
  const counts = { passed: 1, failed: 0 };
  const lost = { state: "no_evidence", reason: "its counts cannot be read" };
  const whole = { status: "succeeded", by_tag: { api: counts, e2e: counts }, evidence };

  test.each([
    ["nulls, which stand for nothing", { ...whole, tests_passed: null, code_diff: null }, {}, []],
    ["null as a tag", { ...whole, by_tag: { api: counts, infra: null } }, { by_tag: { api: counts } }, []],
    [
      "no tags but null",
      { ...whole, by_tag: null, evidence: null },
      { by_tag: undefined, evidence: undefined },
      [],
    ],
    ["tags in capitals", { ...whole, by_tag: { API: counts, E2E: counts } }, {}, []],
    [
      "a difference of another type",
      { ...whole, code_diff_lines: "7" },
      { code_diff_lines: undefined },
      ["code_diff_lines"],
    ],
    [
      "half a tag",
      { ...whole, by_tag: { api: { passed: 1 }, e2e: counts } },
      { by_tag: { e2e: counts }, evidence: { ...evidence, by_tag: { api: lost, e2e: evidence.by_tag.e2e } } },
      ["by_tag.api.failed"],
    ],
    [
      "an invalid count",
      { ...whole, by_tag: { api: counts, e2e: { passed: 0.5, failed: -1 } } },
      { by_tag: { api: counts }, evidence: { ...evidence, by_tag: { api: evidence.by_tag.api, e2e: lost } } },
      ["by_tag.e2e.failed", "by_tag.e2e.passed"],
    ],
    [
      "an invalid tag name",
      { ...whole, by_tag: { ...whole.by_tag, "my tests": counts } },
      {},
      ["by_tag.my tests"],
    ],
    [
      "an invalid total",
      { ...whole, tests_failed: "3" },
      { tests_failed: undefined, evidence: { ...evidence, by_tag: { api: lost, e2e: lost } } },
      ["tests_failed"],
    ],
    [
      "invalid evidence",
      { ...whole, evidence: { ...evidence, run_id: 7 } },
      { evidence: undefined },
      ["evidence.run_id"],
    ],
  ])(
    "with %s are read except for that, and the file and the field are reported",
    async (_what, record, changed, fields) => {
      const ref = { workspace: await temporaryFolder(), feature_id: "F1", experiment_slug: "exp-a" };
      const path = experimentPaths(ref).outcomes;
      await put(path, JSON.stringify(record));
      const told: string[] = [];
      const read = await readOutcomes(ref, (_path, reason) => told.push(reason));
      expect(read).toEqual({ ...whole, ...changed });
      expect(told).toHaveLength(Math.min(fields.length, 1));
      for (const field of fields) expect(told[0]).toContain(`${field}: `);
    },
  );

  test("are checked before anything is written", async () => {
    const ref = { workspace: await temporaryFolder(), feature_id: "F1", experiment_slug: "exp-a" };
    await writeOutcomes(ref, { status: "running" });
    await expect(writeOutcomes(ref, { status: "failed", tests_failed: Number.NaN })).rejects.toMatchObject({
      code: "invalid_outcomes",
      message: expect.stringContaining("tests_failed"),
    });
    expect(await readOutcomes(ref)).toEqual({ status: "running" });
  });
});

test("appends to the timeline and writes the runtime", async () => {
  const ref = { workspace: await temporaryFolder(), feature_id: "F1", experiment_slug: "exp-a" };
  expect(await readTimeline(ref)).toEqual([]);
  expect(await readRuntime(ref)).toBeUndefined();
  await appendTimeline(ref, { ts: "2026-01-01T00:00:00Z", kind: "cycle", cycle_id: "C1" });
  await appendTimeline(ref, { ts: "2026-01-02T00:00:00Z", kind: "cycle", cycle_id: "C2" });
  await writeRuntime(ref, 12.6);
  expect((await readTimeline(ref)).map(({ cycle_id }) => cycle_id)).toEqual(["C1", "C2"]);
  expect(await readRuntime(ref)).toBe(13);
});

test("keeps foreign entries of a timeline, and skips only unreadable ones", async () => {
  const ref = { workspace: await temporaryFolder(), feature_id: "F1", experiment_slug: "exp-a" };
  const path = experimentPaths(ref).timeline;
  const cut = { ts: "2026-01-01T00:00:00Z", kind: "cut", branch: "b" };
  const odd = [{ ts: 7, kind: 8 }, cut, null, "note", { ts: "2026-01-02T00:00:00Z" }];
  await put(path, JSON.stringify({ author: "ann", entries: odd }));
  const told: string[] = [];
  expect(await readTimeline(ref, (_path, reason) => told.push(reason))).toEqual([cut]);
  expect(told.join("\n")).toMatch(/entries\.0\.ts.*/);
  const entry = { ts: "2026-01-03T00:00:00Z", kind: "cycle", cycle_id: "C1" };
  await appendTimeline(ref, entry);
  expect(JSON.parse(await readFile(path, "utf8"))).toEqual({ author: "ann", entries: [...odd, entry] });
});

test.each(['{"entries": [', "[]", '{"entries": "none"}', "\0"])(
  "sets aside the unreadable timeline %j and starts a new one",
  async (text) => {
    const ref = { workspace: await temporaryFolder(), feature_id: "F1", experiment_slug: "exp-a" };
    const path = experimentPaths(ref).timeline;
    await put(path, text);
    const told: string[] = [];
    expect(await readTimeline(ref, (_path, reason) => told.push(reason))).toEqual([]);
    expect(told).toEqual([expect.stringContaining(path)]);
    await appendTimeline(ref, { ts: "2026-01-03T00:00:00Z", kind: "cycle", cycle_id: "C1" });
    expect(await readTimeline(ref)).toHaveLength(1);
    const aside = (await readdir(dirname(path))).find((name) => name !== "timeline.json") ?? "";
    expect(await readFile(`${dirname(path)}/${aside}`, "utf8")).toBe(text);
  },
);

test.each(['{"duration_ms": null}', '{"duration_ms": "12"}', "{}", "{"])(
  "ignores the runtime %j",
  async (text) => {
    const ref = { workspace: await temporaryFolder(), feature_id: "F1", experiment_slug: "exp-a" };
    await put(experimentPaths(ref).runtime, text);
    expect(await readRuntime(ref)).toBeUndefined();
  },
);

describe("plans", () => {
  const suites = { api: { command: ["true"], report: { format: "exit-code" } } };
  const read = async (plan: unknown) => {
    const workspace = await temporaryFolder();
    await put(planPath(workspace, "F1"), typeof plan === "string" ? plan : JSON.stringify(plan));
    return readPlan(workspace, "F1");
  };

  test("have defaults", async () => {
    expect(await read({ suites })).toEqual({
      budget: { concurrent_branches: 4, wall_clock_minutes: 30, max_branches: 10 },
      ttl: "604800s",
      suites: { api: { command: ["true"], report: { format: "exit-code" }, timeout_seconds: 600 } },
    });
  });

  test.each([
    ["budget.concurrent_branches", { suites, budget: { concurrent_branches: 0 } }],
    ["budget.concurrent_branches", { suites, budget: { concurrent_branches: 1.5 } }],
    ["budget.concurrent_branches", { suites, budget: { concurrent_branches: "NaN" } }],
    ["ttl", { suites, ttl: "7d" }],
    ["suites", { suites: {} }],
    ["suites", {}],
    ["suites.API", { suites: { API: suites.api } }],
    ["suites.api.command", { suites: { api: { ...suites.api, command: [] } } }],
    ["suites.api.command", { suites: { api: { ...suites.api, command: "npm test" } } }],
    ["suites.api.report.format", { suites: { api: { ...suites.api, report: { format: "trx" } } } }],
    [
      "suites.api.report.path",
      { suites: { api: { ...suites.api, report: { format: "junit", path: "../x" } } } },
    ],
    ["suites.api.timeout_seconds", { suites: { api: { ...suites.api, timeout_seconds: 0 } } }],
    ["setup: builtin migrations runs setup", { suites: { infra: { builtin: "migrations" } } }],
    ["suites.infra.builtin", { suites: { infra: { builtin: "migration" } }, setup: ["true"] }],
    ["suites.infra", { suites: { infra: { builtin: "migrations", command: ["true"] } }, setup: ["true"] }],
    ["bugdet", { suites, bugdet: {} }],
    ["plan.json", "{"],
  ])("name the invalid field: %s", async (field, plan) => {
    await expect(read(plan)).rejects.toMatchObject({
      code: "invalid_plan",
      message: expect.stringContaining(field),
    });
  });

  test("accept the kit's keys, and null in place of a missing field", async () => {
    const kit = {
      ...{ feature_id: "F1", story_id: "S1", N: 2, mode: "N>=2", rationale: "two gaps", spike_inputs: [{}] },
      strategies: [{ name: "strategy-1", rationale: "a gap" }],
    };
    const per_experiment = { max_cycles: 30, max_wall_clock_minutes: 60 };
    const budget = { concurrent_branches: 2, wall_clock_minutes: 180, agent_pairs: 2, per_experiment };
    const absent = { parent_branch: null, ttl: null, setup: null, shorter_ttls: null, missing_parent: null };
    const api = { ...suites.api, timeout_seconds: null, retry_on_fresh_branch: null };
    expect(
      await read({ ...kit, ...absent, budget: { ...budget, max_branches: null }, suites: { api } }),
    ).toEqual({
      ...kit,
      budget: { ...budget, max_branches: 10 },
      ttl: "604800s",
      suites: { api: { ...suites.api, timeout_seconds: 600 } },
    });
    expect((await read({ suites, budget: null })).budget.concurrent_branches).toBe(4);
  });

  test("say where to write a missing one", async () => {
    const workspace = await temporaryFolder();
    await expect(readPlan(workspace, "F9")).rejects.toMatchObject({
      code: "unknown_feature",
      hint: expect.stringContaining(planPath(workspace, "F9")),
    });
  });
});
