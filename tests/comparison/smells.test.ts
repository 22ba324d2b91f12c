import { describe, expect, it } from "vitest";
import type { ByTag } from "../../schemas/outcomes.ts";
import { type Plan, planSchema } from "../../schemas/plan.ts";
import type { ExperimentRecords } from "../../src/comparison/records.ts";
import { findSmells } from "../../src/comparison/smells.ts";

const red = { passed: 1, failed: 1 };
const green = { passed: 2, failed: 0 };

/** An experiment by what its cycles counted; its outcome is the last of them. */
function records(experiment_slug: string, ...cycles: ByTag[]): ExperimentRecords {
  const by_tag = cycles.at(-1);
  return {
    experiment: { workspace: "/shop", feature_id: "F1", experiment_slug, branch: experiment_slug },
    outcomes: by_tag && { status: "succeeded", by_tag },
    timeline: cycles.map((counted, n) => ({ ts: "", kind: "cycle", cycle_id: `C${n + 1}`, by_tag: counted })),
    artifact_count: 0,
  };
}

function plan(...tags: string[]): Plan {
  const suite = { command: ["true"], report: { format: "exit-code" } };
  return planSchema.parse({ suites: Object.fromEntries(tags.map((tag) => [tag, suite])) });
}

const kinds = (all: ExperimentRecords[], given?: Plan) => findSmells(all, given).map((smell) => smell.kind);

describe("findSmells", () => {
  it.each<[string, ExperimentRecords[], Plan | undefined, string[]]>([
    [
      "nothing on a first, mixed round",
      [records("a", { e2e: green }), records("b", { e2e: red })],
      undefined,
      [],
    ],
    [
      "e2e red everywhere",
      [records("a", { e2e: red }), records("b", { e2e: red })],
      undefined,
      ["e2e-row-perma-red"],
    ],
    [
      "red in one experiment, cycle after cycle",
      [records("a", { api: red }, { api: red })],
      undefined,
      ["api-row-perma-red"],
    ],
    ["red once", [records("a", { api: red })], undefined, []],
    ["red, then mended", [records("a", { e2e: red }, { e2e: green })], undefined, []],
    [
      "a planned tag that nobody reports",
      [records("a", { api: green })],
      plan("api", "e2e"),
      ["tag-never-reported"],
    ],
    [
      "a planned tag that somebody reports",
      [records("a", { api: green }), records("b", { e2e: red })],
      plan("api", "e2e"),
      [],
    ],
    ["a planned tag before anything ran", [records("a"), records("b")], plan("api"), []],
    [
      "a suite that was never red",
      [records("a", { api: green }, { api: green }), records("b", { api: green })],
      undefined,
      ["suite-never-red"],
    ],
    [
      "green in the first cycle of many",
      ["a", "b", "c", "d"].map((slug) => records(slug, { api: green })),
      undefined,
      [],
    ],
    [
      "fewer tests than a cycle before",
      [records("a", { api: { passed: 3, failed: 1 } }, { api: { passed: 3, failed: 0 } })],
      undefined,
      ["counts-shrink"],
    ],
    [
      "fewer tests than another experiment",
      [records("a", { api: { passed: 9, failed: 1 } }), records("b", { api: green })],
      undefined,
      [],
    ],
    [
      "an experiment left waiting",
      [records("a", { api: green }), records("b")],
      undefined,
      ["no-cycle-since-cut"],
    ],
  ])("smells %s", (_what, all, given, expected) => {
    expect(kinds(all, given)).toEqual(expected);
  });

  it("names the records that show it, each once", () => {
    const [smell] = findSmells(
      [records("a", { e2e: red }, { e2e: red }), records("b", { e2e: red })],
      undefined,
    );
    expect(smell?.records).toEqual([
      "/shop/.tdd/experiments/F1/a/timeline.json",
      "/shop/.tdd/experiments/F1/b/timeline.json",
    ]);
    expect(smell?.message).toContain("all 3 cycles");
  });

  it("passes over entries of the kit, which count nothing", () => {
    const kit = {
      ...records("a"),
      timeline: [
        { ts: "", kind: "cycle" },
        { ts: "", kind: "cycle" },
      ],
    };
    expect(kinds([kit])).toEqual([]);
  });
});
