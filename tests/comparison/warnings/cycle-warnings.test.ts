import { describe, expect, it } from "vitest";
import type { ByTag } from "../../../schemas/experiment/outcomes.ts";
import type { ExperimentRecords } from "../../../src/comparison/records/records.ts";
import { asBranchName } from "../../../src/lakebase/branches/branch-id.ts";
import { findAll } from "./facts.ts";

const red = { passed: 1, failed: 1 };
const green = { passed: 2, failed: 0 };
const one = { passed: 1, failed: 0 };

/** An experiment by what its cycles counted; its outcome is the last of them. */
function records(experiment_slug: string, ...cycles: ByTag[]): ExperimentRecords {
  const by_tag = cycles.at(-1);
  return {
    experiment: {
      workspace: "/shop",
      feature_id: "F1",
      experiment_slug,
      branch: asBranchName(experiment_slug),
    },
    outcomes: by_tag && { status: "succeeded", by_tag },
    timeline: cycles.map((counted, n) => ({ ts: "", kind: "cycle", cycle_id: `C${n + 1}`, by_tag: counted })),
    artifact_count: 0,
    artifacts: [],
  };
}

/** The same, with one test that was flaky in the last cycle. */
function flaky(all: ExperimentRecords): ExperimentRecords {
  const last = all.timeline.length - 1;
  return {
    ...all,
    timeline: all.timeline.map((each, n) => (n === last ? { ...each, flaky: { api: 1 } } : each)),
  };
}

/** The same as the kit records it: its timeline counts nothing. */
function ofKit(all: ExperimentRecords): ExperimentRecords {
  return { ...all, timeline: all.timeline.map(({ ts, kind }) => ({ ts, kind })) };
}

const kinds = async (all: ExperimentRecords[], planned: string[] = []) =>
  (await findAll(all, planned)).map(({ kind }) => kind);

describe("findWarnings", () => {
  it.each<[string, ExperimentRecords[], string[], string[]]>([
    ["nothing on a first, mixed round", [records("a", { e2e: green }), records("b", { e2e: red })], [], []],
    [
      "e2e red everywhere",
      [records("a", { e2e: red }), records("b", { e2e: red })],
      [],
      ["e2e-row-perma-red"],
    ],
    [
      "red in one experiment, cycle after cycle",
      [records("a", { api: red }, { api: red })],
      [],
      ["api-row-perma-red"],
    ],
    ["red once", [records("a", { api: red })], [], []],
    ["red, then fixed", [records("a", { e2e: red }, { e2e: green })], [], []],
    [
      "a planned tag that nobody reports",
      [records("a", { api: green })],
      ["api", "e2e"],
      ["tag-never-reported"],
    ],
    [
      "a planned tag that somebody reports",
      [records("a", { api: green }), records("b", { e2e: red })],
      ["api", "e2e"],
      [],
    ],
    ["a planned tag before anything ran", [records("a"), records("b")], ["api"], ["no-cycle-since-cut"]],
    [
      "a suite that was never red",
      [records("a", { api: green }, { api: green }), records("b", { api: green })],
      [],
      ["suite-never-red"],
    ],
    [
      "green in the first cycle of many",
      ["a", "b", "c", "d"].map((slug) => records(slug, { api: green })),
      [],
      [],
    ],
    [
      "fewer tests than a cycle before",
      [records("a", { api: { passed: 3, failed: 1 } }, { api: { passed: 3, failed: 0 } })],
      [],
      ["counts-shrink"],
    ],
    [
      "fewer tests than another experiment",
      [records("a", { api: { passed: 9, failed: 1 } }), records("b", { api: green })],
      [],
      [],
    ],
    [
      "fewer tests of a tag by the name of what every object has",
      [records("a", { constructor: { passed: 3, failed: 1 } }, { constructor: { passed: 3, failed: 0 } })],
      [],
      ["counts-shrink"],
    ],
    [
      "as many tests again as before they were fewer",
      [records("a", { api: { passed: 4, failed: 0 } }, { api: green }, { api: { passed: 3, failed: 1 } })],
      [],
      [],
    ],
    [
      "a test that turns flaky, which is no fewer",
      [flaky(records("a", { api: green }, { api: one }))],
      [],
      [],
    ],
    [
      "a suite that was never red but for a flaky test",
      [flaky(records("a", { api: green }, { api: green }, { api: one }))],
      [],
      [],
    ],
    [
      "e2e red everywhere, by the kit's records",
      [ofKit(records("a", { e2e: red })), ofKit(records("b", { e2e: red }))],
      [],
      ["e2e-row-perma-red"],
    ],
    [
      "a branch that was cut anew",
      [{ ...records("a", { api: green }), outcomes: undefined }],
      [],
      ["no-cycle-since-cut"],
    ],
    [
      "what the kit has cut and not run",
      [{ ...ofKit(records("a")), outcomes: { status: "running" }, timeline: [{ ts: "", kind: "cut" }] }],
      [],
      ["no-cycle-since-cut"],
    ],
    [
      "a claim without a cycle",
      [{ ...records("a"), outcomes: { status: "succeeded", tests_passed: 3 } }],
      [],
      ["no-cycle-since-cut"],
    ],
    ["an experiment left waiting", [records("a", { api: green }), records("b")], [], ["no-cycle-since-cut"]],
  ])("finds the expected warnings for %s", async (_what, all, given, expected) => {
    expect(await kinds(all, given)).toEqual(expected);
  });

  it("names the records concerned, each once", async () => {
    const [warning] = await findAll(
      [records("a", { e2e: red }, { e2e: red }), records("b", { e2e: red })],
      [],
    );
    expect(warning?.records).toEqual([
      "/shop/.tdd/experiments/F1/a/timeline.json",
      "/shop/.tdd/experiments/F1/b/timeline.json",
    ]);
    expect(warning?.message).toContain("all 3 cycles");
  });

  it("lists all suites that were never red in one warning", async () => {
    const all = [
      records("a", { api: green, e2e: green }, { api: green, e2e: green }, { api: green, e2e: green }),
    ];
    expect((await findAll(all, [])).map(({ message }) => message)).toEqual([
      "Never failed: api (3 cycles), e2e (3 cycles). Break the code once to make sure that they can.",
    ]);
  });

  it("ignores the kit's entries without counts", async () => {
    expect(await kinds([ofKit(records("a", { api: red }, { api: red }))])).toEqual([]);
  });
});
