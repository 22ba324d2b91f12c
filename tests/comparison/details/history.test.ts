import { describe, expect, it, test } from "vitest";
import type { Trend } from "../../../schemas/comparison/history.ts";
import { compareExperiments } from "../../../src/comparison/compare.ts";
import { compareHistory } from "../../../src/comparison/details/history.ts";
import { asBranchName } from "../../../src/lakebase/branches/branch-id.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";
import { recordCycle } from "../../support/records.ts";

interface Counts {
  passed: number;
  failed: number;
  flaky?: number;
  suite?: string;
}

/** The records of an experiment whose cycles counted `api` so. */
function records(cycles: Counts[], more: Record<string, unknown>[] = []) {
  const timeline = cycles.map(({ passed, failed, flaky = 0, suite = "s" }, index) => ({
    ...{ ts: `2026-01-01T00:00:0${index}Z`, kind: "cycle", cycle_id: `C${index + 1}` },
    ...{ by_tag: { api: { passed, failed } }, flaky: { api: flaky }, suites: { api: suite } },
    ...more[index],
  }));
  const experiment = {
    workspace: "/shop",
    feature_id: "F1",
    experiment_slug: "a",
    branch: asBranchName("b"),
  };
  return { experiment, timeline, artifact_count: 0, artifacts: [] };
}

const findTrend = (before: Counts, now: Counts) => {
  const [last] = compareHistory([records([before, now])]).cycles;
  return last?.by_tag.api?.trend;
};

describe("compareHistory", () => {
  it.each<[string, Counts, Counts, Trend]>([
    ["a failure fewer", { passed: 3, failed: 2 }, { passed: 4, failed: 1 }, "better"],
    ["more passes", { passed: 3, failed: 2 }, { passed: 9, failed: 2 }, "better"],
    [
      "a flaky test that is steady now",
      { passed: 3, failed: 0, flaky: 1 },
      { passed: 4, failed: 0 },
      "better",
    ],
    ["a failure more", { passed: 4, failed: 1 }, { passed: 3, failed: 2 }, "worse"],
    ["a test that became flaky", { passed: 4, failed: 0 }, { passed: 3, failed: 0, flaky: 1 }, "worse"],
    ["tests that are gone", { passed: 4, failed: 0 }, { passed: 3, failed: 0 }, "worse"],
    ["failures that are gone with their tests", { passed: 4, failed: 4 }, { passed: 3, failed: 0 }, "mixed"],
    ["more of both", { passed: 1, failed: 1 }, { passed: 5, failed: 2 }, "mixed"],
    ["a failure that is flaky now", { passed: 1, failed: 1 }, { passed: 1, failed: 0, flaky: 1 }, "mixed"],
    ["nothing", { passed: 1, failed: 1 }, { passed: 1, failed: 1 }, "same"],
    ["another suite", { passed: 1, failed: 1 }, { passed: 5, failed: 0, suite: "t" }, "other_suite"],
  ])("classifies %s", (_what, before, now, trend) => {
    expect(findTrend(before, now)).toBe(trend);
  });

  it("follows a tag from its first to its last cycle, for the suite that counts now", () => {
    const [better] = compareHistory([
      records([
        { passed: 0, failed: 1, suite: "old" },
        { passed: 3, failed: 2 },
        { passed: 2, failed: 3 },
        { passed: 5, failed: 0 },
      ]),
    ]).trends;
    expect(better).toEqual({
      ...{ experiment_slug: "a", tag: "api", trend: "better", cycles: 4 },
      counts: "0/1 → 3/2 → 2/3 → 5/0",
    });
    const many = Array.from({ length: 30 }, (_, n) => ({ passed: n, failed: 0 }));
    expect(compareHistory([records(many)]).trends[0]?.counts).toBe(
      "… → 22/0 → 23/0 → 24/0 → 25/0 → 26/0 → 27/0 → 28/0 → 29/0",
    );
    expect(compareHistory([records([{ passed: 1, failed: 0 }])]).trends).toEqual([]);
  });

  it("lists other changes since the cycle before, the newest first", () => {
    const code = (commit: string, dirty: boolean) => ({ commit: commit.repeat(40), dirty });
    const { cycles } = compareHistory([
      records(
        [
          { passed: 1, failed: 0 },
          { passed: 1, failed: 0 },
          { passed: 1, failed: 0 },
          { passed: 1, failed: 0, suite: "t" },
        ],
        [
          { ...code("a", false), branch_uid: "br-1" },
          { ...code("b", true), branch_uid: "br-1", duration_ms: 900, durations: { api: 700 } },
          { ...code("b", true), branch_uid: "br-2" },
          { ...code("b", false), branch_uid: "br-2" },
        ],
      ),
    ]);
    expect(cycles.map(({ cycle_id, changed }) => [cycle_id, changed])).toEqual([
      ["C4", ["uncommitted code, which may have changed", "api has another suite"]],
      ["C3", ["uncommitted code, which may have changed", "the branch was forked again"]],
      ["C2", ["commit aaaaaaaaaa → bbbbbbbbbb with changes"]],
      ["C1", []],
    ]);
    expect(cycles[2]).toMatchObject({
      duration_ms: 900,
      by_tag: { api: { duration_ms: 700, trend: "same" } },
    });
  });
});

test("a comparison includes the history on request, without the kit's cycles", async () => {
  const workspace = await temporaryFolder();
  const ref = { workspace, feature_id: "F1", experiment_slug: "a" };
  await recordCycle(ref, {
    cycle_id: "C1",
    tags: { api: { passed: 1, failed: 1 }, constructor: { passed: 1 } },
  });
  await recordCycle(ref, { cycle_id: "C2", tags: { api: { passed: 2 } } });
  const report = await compareExperiments({ workspace, feature_id: "F1", details: { history: true } });
  expect(report.history?.trends).toMatchObject([{ tag: "api", trend: "better", counts: "1/1 → 2/0" }]);
  expect(report.history?.cycles.map(({ cycle_id, by_tag }) => [cycle_id, Object.keys(by_tag)])).toEqual([
    ["C2", ["api"]],
    ["C1", ["api", "constructor"]],
  ]);
  expect((await compareExperiments({ workspace, feature_id: "F1" })).history).toBeUndefined();
});
