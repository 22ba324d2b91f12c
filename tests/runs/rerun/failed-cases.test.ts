import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import type { ExperimentOutcomes } from "../../../schemas/experiment/outcomes.ts";
import type { ReportCase } from "../../../schemas/plan/report.ts";
import { artifactPath } from "../../../src/experiments/layout.ts";
import { readFailedCases } from "../../../src/runs/rerun/failed-cases.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";

const cases: ReportCase[] = [
  { name: "a", status: "failed", file: "a.ts" },
  { name: "b", status: "passed" },
  { name: "c", status: "flaky" },
  { name: "d", status: "skipped" },
  { name: "cart > (the file itself)", status: "failed" },
  { name: "(the run itself)", status: "failed" },
];

async function workspace(text: string, name = "api.cases.json", cycle = "C1") {
  const ref = { workspace: await temporaryFolder(), feature_id: "F1", experiment_slug: "exp-a" };
  const path = artifactPath(ref, cycle, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  return ref;
}

const record = (source_cycle?: string): ExperimentOutcomes => {
  const source = { run_id: "r", commit: null, dirty: false, branch_uid: null, suite: "s" };
  const own = source_cycle === undefined ? {} : { source: { ...source, cycle_id: source_cycle } };
  return {
    status: "failed",
    evidence: {
      ...{ run_id: "r", cycle_id: "C1", branch: "b", commit: null, dirty: false },
      by_tag: { api: { state: "evidence", ...own } },
    },
  };
};

const list = JSON.stringify({ tag: "api", cases });
const names = (found: ReportCase[]) => found.map(({ name }) => name);

describe("the tests that failed", () => {
  it("are those that stand for one test each", async () => {
    expect(await readFailedCases(await workspace(list), record(), "api")).toEqual([cases[0]]);
  });

  it("are those of the cycle that counted the tag, which may be an earlier one", async () => {
    const ref = await workspace(list, "api.cases.json", "C0");
    expect(names(await readFailedCases(ref, record("C0"), "api"))).toEqual(["a"]);
    expect(await readFailedCases(ref, record(), "api")).toEqual([]);
  });

  it("are those of the last cycle for a tag that has no evidence", async () => {
    const ref = await workspace(JSON.stringify({ tag: "e2e", cases }), "e2e.cases.json");
    expect(names(await readFailedCases(ref, record("C0"), "e2e"))).toEqual(["a"]);
  });

  it.each([
    ["is cut off", list.slice(0, 50)],
    ["is empty", ""],
    ["is of another form", "[]"],
  ])("are none if the list %s", async (_why, text) => {
    expect(await readFailedCases(await workspace(text), record(), "api")).toEqual([]);
  });

  it("are none if nothing was measured, or no list was kept", async () => {
    const ref = await workspace(list);
    expect(await readFailedCases(ref, { status: "failed" }, "api")).toEqual([]);
    expect(await readFailedCases(ref, record(), "constructor")).toEqual([]);
  });
});
