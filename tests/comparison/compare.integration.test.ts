import { mkdir, readFile, rm } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { comparisonSchema } from "../../schemas/comparison/comparison.ts";
import { suiteSchema } from "../../schemas/plan/suite.ts";
import { fingerprintSuite } from "../../src/experiments/code/fingerprint.ts";
import { recordCycle } from "../support/records.ts";
import { feature_id, useFeature } from "./feature.ts";

const { at, compare, put, putCounted, putPlan, record, ref } = useFeature();

async function putLiveRun(statusOfJson: "running" | "failed"): Promise<void> {
  await put("exp-pg/branch.txt", "f1-checkout-exp-pg\n");
  await put("exp-pg/outcomes.json", {
    status: "succeeded",
    tests_passed: 4,
    tests_failed: 0,
    by_tag: { api: { passed: 3, failed: 0 }, e2e: { passed: 1, failed: 0 }, infra: { passed: 2, failed: 0 } },
  });
  await put("exp-pg/timeline.json", { entries: [{ ts: "2026-01-01T00:00:00Z", kind: "cycle" }] });
  await put("exp-pg/runtime.json", { duration_ms: 7000 });
  await put("exp-pg/artifacts/C1/api.xml", "<testsuites/>");
  await put("exp-pg/artifacts/C1/traces/network.har", "{}");
  await put("exp-json/branch.txt", "f1-checkout-exp-json");
  await put("exp-json/outcomes.json", {
    status: statusOfJson,
    tests_passed: 4,
    tests_failed: 1,
    by_tag: { api: { passed: 3, failed: 0 }, e2e: { passed: 1, failed: 1 } },
  });
}

describe("compareExperiments", () => {
  it("takes an experiment that used up its budget out of the running, until the plan raises the budget", async () => {
    const api = suiteSchema.parse({ command: ["true"], report: { format: "exit-code" } });
    const allow = (max_cycles: number) =>
      putPlan({ budget: { per_experiment: { max_cycles } }, suites: { api } });
    await allow(1);
    const suite = fingerprintSuite({}, api);
    await recordCycle(ref("exp-lost"), { tags: { api: { passed: 6, failed: 1, suite } } });
    await recordCycle(ref("exp-won"), { tags: { api: { passed: 6, suite } } });
    const capped = { reason: "max_cycles", at_cycle: 2, cap_value: 2 };
    await put("exp-kit/branch.txt", "f1-checkout-exp-kit");
    await put("exp-kit/outcomes.json", { status: "running", tests_passed: 1, tests_failed: 0, capped });

    const signals = async () => {
      const { rows } = comparisonSchema.parse(await compare());
      return Object.fromEntries(rows.map((row) => [row.experiment_slug, [row.signal, row.capped?.reason]]));
    };
    expect(await signals()).toMatchObject({
      "exp-kit": ["running", "max_cycles"],
      "exp-lost": ["capped", "max_cycles"],
      "exp-won": ["winning", "max_cycles"],
    });
    await put("exp-kit/outcomes.json", { status: "failed", tests_passed: 1, tests_failed: 0, capped });
    expect(await signals()).toMatchObject({ "exp-kit": ["capped", "max_cycles"] });
    await allow(3);
    expect(await signals()).toMatchObject({
      "exp-kit": ["failing", undefined],
      "exp-lost": ["failing", undefined],
    });
  });

  it("compares a live run that the kit reports while another one still runs", async () => {
    await putLiveRun("running");
    const report = comparisonSchema.parse(await compare());
    expect(report.recommendation).toBe("continue");
    expect(report.matrix).toEqual([
      { tag: "api", cells: { "exp-json": { passed: 3, failed: 0 }, "exp-pg": { passed: 3, failed: 0 } } },
      { tag: "e2e", cells: { "exp-json": { passed: 1, failed: 1 }, "exp-pg": { passed: 1, failed: 0 } } },
      { tag: "infra", cells: { "exp-json": null, "exp-pg": { passed: 2, failed: 0 } } },
    ]);
    expect(report.rows).toMatchObject([
      { experiment_slug: "exp-json", branch_id: "f1-checkout-exp-json", signal: "running", cycle_count: 0 },
      {
        experiment_slug: "exp-pg",
        branch_id: "f1-checkout-exp-pg",
        signal: "no_evidence",
        evidence_state: "claimed",
        reason: "it claims 4 of 4, but no run measured them",
        cycle_count: 1,
        artifact_count: 2,
        duration_ms: 7000,
      },
    ]);
  });

  it("promotes once a run has measured both, and continues while one is only claimed", async () => {
    await putLiveRun("failed");
    expect(await compare()).toMatchObject({
      recommendation: "continue",
      winners: [],
    });
    await rm(record("exp-pg"), { recursive: true });
    await putCounted("exp-pg", "succeeded");
    const early = await compare();
    expect(early).toMatchObject({ recommendation: "continue", winners: ["exp-pg"] });
    expect(early.rationale).toBe(
      "So far exp-pg (6 of 6 passed) leads. exp-json failed 1 of 5 (e2e 1) according to its records, but no run " +
        "measured it.",
    );
    await rm(record("exp-json"), { recursive: true });
    await putCounted("exp-json", "succeeded", 1);
    const report = await compare();
    expect(report).toMatchObject({ recommendation: "promote", winners: ["exp-pg"] });
    expect(report.rationale).toContain("Only exp-pg (6 of 6 passed) wins");
  });

  it.each([
    ["outcomes.json", `{"status": "succee`],
    ["outcomes.json", { status: "won" }],
  ])("marks a row `unreadable` when %s is broken, and compares the others", async (file, content) => {
    await putLiveRun("failed");
    await put(`exp-json/${file}`, content);
    const report = await compare();
    expect(report.rows[0]).toMatchObject({ signal: "unreadable", status: "unknown" });
    expect(report.rows[0]?.reason).toContain(file);
    expect(report.rows[1]).toMatchObject({ experiment_slug: "exp-pg", tests_passed: 4 });
  });

  it.each([
    ["outcomes.json", { status: "succeeded", tests_passed: -1 }, "tests_passed"],
    ["outcomes.json", { status: "succeeded", by_tag: { api: { passed: "2" } } }, "by_tag.api.failed"],
    ["timeline.json", "[]", "expected an object"],
    ["timeline.json", { entries: [{ kind: 1 }] }, "entries.0.kind"],
    ["runtime.json", { duration_ms: "long" }, "duration_ms"],
    ["branch.json", { branch: "a" }, "uid"],
  ])(
    "keeps the row when a field of %s is broken, and names the file and the field",
    async (file, content, field) => {
      await putLiveRun("failed");
      await put(`exp-json/${file}`, content);
      const { rows, warnings } = await compare();
      expect(rows[0]?.signal).not.toBe("unreadable");
      const path = record(`exp-json/${file}`);
      const told = warnings.find(({ kind }) => kind === "details-unreadable");
      expect(told?.message).toContain(`${path}: `);
      expect(told?.message).toContain(field);
      expect(told?.records).toEqual([path]);
    },
  );

  it("reads the kit's records with nulls for absent values and tags in capitals", async () => {
    await put("exp-a/branch.txt", "f1-exp-a\n");
    const absent = { schema_diff_summary: null, code_diff_lines: null, evidence: null };
    const by_tag = { API: { passed: 2, failed: 1 }, e2e: null, infra: { passed: 1, failed: 0 } };
    await put("exp-a/outcomes.json", {
      status: "failed",
      tests_passed: 3,
      tests_failed: 1,
      by_tag,
      ...absent,
    });
    await put("exp-a/timeline.json", { entries: null });
    await put("exp-a/runtime.json", { duration_ms: null });
    const { rows, warnings, matrix } = await compare();
    expect(rows).toMatchObject([{ signal: "failing", tests_failed: 1, cycle_count: 0 }]);
    expect(matrix.map(({ tag }) => tag)).toEqual(["api", "infra"]);
    expect(warnings.filter(({ kind }) => kind === "details-unreadable")).toEqual([]);
  });

  it.each([
    ["without suites, as the kit writes it, is read", {}, false],
    ["with an unknown key is not", { bugdet: {} }, true],
    ["without a single suite is not", { suites: {} }, true],
  ])("a plan %s", async (_what, more, isBroken) => {
    await putCounted("exp-a", "succeeded");
    const budget = { concurrent_branches: 2, wall_clock_minutes: 180, agent_pairs: 2 };
    const kit = { feature_id, story_id: "S1", N: 1, mode: "N=1", strategies: [], rationale: "one", budget };
    await putPlan({ ...kit, spike_inputs: null, ...more });
    const { warnings } = await compare();
    expect(warnings.some(({ kind }) => kind === "plan-unreadable")).toBe(isBroken);
  });

  it("lets no experiment win with unreadable counts", async () => {
    await putCounted("exp-a", "succeeded");
    const path = record("exp-a/outcomes.json");
    const whole = JSON.parse(await readFile(path, "utf8"));
    expect((await compare()).winners).toEqual(["exp-a"]);
    const [tag = ""] = Object.keys(whole.by_tag);
    for (const broken of [{ tests_failed: "3" }, { by_tag: { ...whole.by_tag, [tag]: { passed: 1 } } }]) {
      await put("exp-a/outcomes.json", { ...whole, ...broken });
      const { rows, winners } = await compare();
      expect(winners).toEqual([]);
      expect(rows[0]?.reason).toContain("its counts cannot be read");
    }
  });

  it.each([
    ["my exp", "my exp: "],
    ["übung", "übung: "],
    ["x".repeat(64), "longer than 63"],
    ["S1/exp-a", "S1: it contains experiments of a story"],
  ])("names an unusable folder: %s", async (folder, part) => {
    await putCounted("exp-a", "succeeded");
    await put(`${folder}/branch.txt`, "b");
    const { rows, warnings } = await compare();
    expect(rows).toHaveLength(1);
    expect(warnings.find(({ kind }) => kind === "folder-not-usable")?.message).toContain(part);
  });

  it("names other places where the feature has records", async () => {
    await putCounted("exp-a", "succeeded");
    await mkdir(at(".consort/experiments", feature_id), { recursive: true });
    await mkdir(at(".sftdd/experiments/F-other"), { recursive: true });
    const { warnings } = await compare();
    expect(warnings.find(({ kind }) => kind === "records-elsewhere")?.message).toMatch(
      /are also in \.consort, but only \.tdd is read/,
    );
  });

  it("takes a branch's age from its timeline, or from its file if the timeline has none", async () => {
    await put("exp-a/branch.txt", "a");
    await put("exp-b/branch.txt", "b");
    const ts = new Date(Date.now() - 86_400_000).toISOString();
    await put("exp-a/timeline.json", { entries: [{ ts, kind: "cut" }] });
    const [a, b] = (await compare()).rows;
    expect(a?.branch_age_ms).toBeGreaterThanOrEqual(86_400_000);
    expect(b?.branch_age_ms).toBeLessThan(86_400_000);
  });

  it.each([
    ["is empty", ""],
    ["has several lines", "a\nb\n"],
    ["has a NUL", "a\0"],
  ])("marks a row `unreadable` when branch.txt %s", async (_what, text) => {
    await putCounted("exp-a", "succeeded");
    await put("exp-a/branch.txt", text);
    const { rows, winners } = await compare();
    expect(rows[0]?.reason).toContain("branch.txt does not contain exactly one branch name");
    expect(winners).toEqual([]);
  });

  it("lets no experiment win without the tags that others ran, even with a broken or missing plan", async () => {
    const [api, e2e] = [{ passed: 1 }, { passed: 1 }];
    await recordCycle(ref("exp-a"), { tags: { api } });
    await recordCycle(ref("exp-b"), { tags: { api, e2e } });
    expect((await compare()).winners).toEqual(["exp-b"]);
    await putPlan("{");
    const broken = await compare();
    expect(broken.winners).toEqual(["exp-b"]);
    expect(broken.warnings).toMatchObject([{ kind: "plan-unreadable" }]);
  });

  it("orders custom tags by name, after the standard ones", async () => {
    await put("exp-a/branch.txt", "a");
    const counts = { passed: 1, failed: 0 };
    await put("exp-a/outcomes.json", {
      status: "succeeded",
      by_tag: { perf: counts, infra: counts, a11y: counts, e2e: counts, api: counts },
    });
    const { matrix } = await compare();
    expect(matrix.map((row) => row.tag)).toEqual(["api", "e2e", "infra", "a11y", "perf"]);
  });

  it("accepts any tag name that the schema allows", async () => {
    const counts = { passed: 1, failed: 0 };
    await put("exp-a/branch.txt", "a");
    await put("exp-a/outcomes.json", { status: "succeeded", by_tag: { constructor: counts } });
    await put("exp-b/branch.txt", "b");
    await put("exp-b/outcomes.json", { status: "succeeded", by_tag: { api: counts } });
    const { matrix } = await compare();
    expect(matrix[1]).toEqual({ tag: "constructor", cells: { "exp-a": counts, "exp-b": null } });
  });

  it("ignores folders that are not experiments", async () => {
    await put("notes/readme.md", "no branch here");
    const report = await compare();
    expect(report).toMatchObject({
      ...{ rows: [], matrix: [], recommendation: "continue" },
      rationale: "The feature has no plan and no experiments.",
      next_action: { action: "plan" },
    });
    expect(report.warnings).toMatchObject([{ kind: "feature-unknown" }]);
  });

  it("refuses a feature whose name leads out of the records", async () => {
    await expect(compare({ feature_id: "../.." })).rejects.toMatchObject({
      code: "invalid_name",
    });
  });
});
