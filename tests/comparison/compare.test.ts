import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { comparisonSchema } from "../../schemas/comparison.ts";
import { compareExperiments } from "../../src/comparison/compare.ts";

let workspace: string;
const feature_id = "F1-checkout";

beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), "compare-"));
});
afterEach(() => rm(workspace, { recursive: true }));

/** Writes a record as the kit leaves it. */
async function put(path: string, content: unknown): Promise<void> {
  const file = join(workspace, ".tdd/experiments", feature_id, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, typeof content === "string" ? content : JSON.stringify(content));
}

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
  it("compares the live run that the kit reports, while one still runs", async () => {
    await putLiveRun("running");
    const report = comparisonSchema.parse(await compareExperiments({ workspace, feature_id }));
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
        signal: "winning",
        evidence_state: "claimed",
        cycle_count: 1,
        artifact_count: 2,
        duration_ms: 7000,
      },
    ]);
  });

  it("promotes the winner once both are done", async () => {
    await putLiveRun("failed");
    const report = await compareExperiments({ workspace, feature_id });
    expect(report.recommendation).toBe("promote");
    expect(report.rationale).toContain("exp-pg");
  });

  it.each([
    ["outcomes.json", `{"status": "succee`],
    ["outcomes.json", { status: "won" }],
    ["outcomes.json", { status: "succeeded", tests_passed: -1 }],
    ["timeline.json", "[]"],
    ["runtime.json", { duration_ms: "long" }],
  ])("gives a row `unreadable` for a broken %s, and compares the rest", async (file, content) => {
    await putLiveRun("failed");
    await put(`exp-json/${file}`, content);
    const report = await compareExperiments({ workspace, feature_id });
    expect(report.rows[0]).toMatchObject({ signal: "unreadable", status: "unknown" });
    expect(report.rows[0]?.reason).toContain(file);
    expect(report.rows[1]?.signal).toBe("winning");
  });

  it("orders custom tags by name, after the standard ones", async () => {
    await put("exp-a/branch.txt", "a");
    const counts = { passed: 1, failed: 0 };
    await put("exp-a/outcomes.json", {
      status: "succeeded",
      by_tag: { perf: counts, infra: counts, a11y: counts, e2e: counts, api: counts },
    });
    const { matrix } = await compareExperiments({ workspace, feature_id });
    expect(matrix.map((row) => row.tag)).toEqual(["api", "e2e", "infra", "a11y", "perf"]);
  });

  it("knows a tag by any name that the schema allows", async () => {
    const counts = { passed: 1, failed: 0 };
    await put("exp-a/branch.txt", "a");
    await put("exp-a/outcomes.json", { status: "succeeded", by_tag: { constructor: counts } });
    await put("exp-b/branch.txt", "b");
    await put("exp-b/outcomes.json", { status: "succeeded", by_tag: { api: counts } });
    const { matrix } = await compareExperiments({ workspace, feature_id });
    expect(matrix[1]).toEqual({ tag: "constructor", cells: { "exp-a": counts, "exp-b": null } });
  });

  it("waits for what a run has not come to yet, whatever its last record says", async () => {
    await putLiveRun("failed");
    const report = await compareExperiments({ workspace, feature_id, racing: ["exp-json"] });
    expect(report.recommendation).toBe("continue");
    expect(report.rows.map((row) => row.signal)).toEqual(["running", "winning"]);
  });

  it("passes over folders that are no experiments, and finds nothing where nothing is", async () => {
    await put("notes/readme.md", "no branch here");
    const report = await compareExperiments({ workspace, feature_id });
    expect(report).toMatchObject({ rows: [], matrix: [], recommendation: "continue" });
  });

  it("refuses a feature whose name leads elsewhere", async () => {
    await expect(compareExperiments({ workspace, feature_id: "../.." })).rejects.toMatchObject({
      code: "invalid_name",
    });
  });
});
