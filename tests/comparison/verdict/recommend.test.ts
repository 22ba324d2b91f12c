import { describe, expect, it } from "vitest";
import type { Recommendation } from "../../../schemas/comparison/comparison.ts";
import { advise } from "./advise.ts";
import { type Kind, kinds, makeEvidence, makeRow, special } from "./kinds.ts";

const marks = { promote: "P", synthesize: "S", "abandon-all": "A", continue: "·" } as const;
const mark = (...some: Kind[]) => marks[advise(some.map(makeRow)).recommendation];

/** What one row comes to, and what it does together with each row of the same order. */
const table: Partial<Record<Kind, [alone: string, pairs: string]>> = {
  winning: ["P", "S P P P P P P"],
  failing: ["A", "P A A A A A ·"],
  capped: ["A", "P A A A A A ·"],
  abandoned: ["A", "P A A A · · ·"],
  broken_setup: ["·", "P A A · · · ·"],
  capped_setup: ["·", "P A A · · · ·"],
  flaky: ["·", "P · · · · · ·"],
};
const settled = kinds.filter((kind) => table[kind] !== undefined).sort(byOrder);
/** Kinds that leave a question open. */
const open: Kind[] = [
  ...(["running", "no_evidence", "not_started", "unreadable", "claiming", "reported"] as const),
  ...(["unfinished", "cut_off", "partial", "troubled", "claimed_failure"] as const),
];
const pairs = kinds.flatMap((a) => kinds.map((b): [Kind, Kind] => [a, b]));

function byOrder(a: Kind, b: Kind): number {
  const order = Object.keys(table);
  return order.indexOf(a) - order.indexOf(b);
}

describe("recommend", () => {
  it("decides one and two rows by the table, which covers every kind of row", () => {
    const found = settled.map((a) => [a, [mark(a), settled.map((b) => mark(a, b)).join(" ")]]);
    expect(Object.fromEntries(found)).toEqual(table);
    expect([...settled, ...open].sort()).toEqual([...kinds].sort());
  });

  it("continues while one row leaves a question open, whatever the others say", () => {
    const decided = open.flatMap((kind) => pairs.filter((pair) => mark(kind, ...pair) !== "·"));
    expect(decided).toEqual([]);
  });

  it("ignores the order of three rows, and a second losing row of the same kind", () => {
    const lost: Kind[] = settled.filter((kind) => kind !== "winning");
    for (const [a, b] of pairs) {
      if (settled.includes(a) && lost.includes(b)) expect([a, b, mark(a, b, b)]).toEqual([a, b, mark(a, b)]);
      const orders = settled.map((c) => [mark(a, b, c), mark(c, b, a), mark(b, c, a)]);
      expect(orders.filter((order) => new Set(order).size > 1)).toEqual([]);
    }
  });

  it.each<[string, Kind[]]>([
    ["P", ["winning", "failing", "flaky"]],
    ["P", ["winning", "abandoned", "broken_setup"]],
    ["S", ["winning", "winning", "winning"]],
    ["A", ["failing", "abandoned", "broken_setup"]],
    ["A", ["abandoned", "capped", "capped_setup"]],
    ["·", ["failing", "capped", "flaky"]],
    ["·", ["abandoned", "broken_setup", "capped_setup"]],
  ])("recommends %s for %j", (expected, some) => {
    expect(mark(...some)).toBe(expected);
  });

  it("always gives a reason and a next action", () => {
    const bare = [[], ...kinds.map((kind) => [kind]), ...pairs].filter((some) => {
      const { rationale, next_action } = advise(some.map(makeRow));
      const isAboutNone = next_action.experiments.length === 0 && next_action.action !== "create";
      return isAboutNone || /undefined|\.\.|: \.|^\W/.test(rationale);
    });
    expect(bare).toEqual([]);
  });

  it.each<[string, Kind[], Recommendation]>([
    ["one winner among failures", ["failing", "winning"], "promote"],
    ["one winner, and one that was closed", ["abandoned", "winning"], "promote"],
    ["two winners and one running", ["winning", "winning", "running"], "continue"],
    ["two winners", ["winning", "winning"], "synthesize"],
    ["two winners and one that could not be reached", ["winning", "winning", "troubled"], "continue"],
    ["one winner, and one that has not run", ["winning", "not_started"], "continue"],
    ["one winner, and one that cannot be read", ["winning", "unreadable"], "continue"],
    ["one winner, and one that left out a tag", ["winning", "partial"], "continue"],
    ["a winner by evidence and one by claim", ["winning", "claiming"], "continue"],
    ["one winner, and one that others are said to have run", ["winning", "reported"], "continue"],
    ["reports alone", ["reported", "reported"], "continue"],
    ["one failed, and one reported", ["failing", "reported"], "continue"],
    ["one winner, and one that is only said to have failed", ["winning", "claimed_failure"], "continue"],
    ["one winner, and one whose setup fails", ["winning", "broken_setup"], "promote"],
    ["one winner, and one that is flaky alone", ["winning", "flaky"], "promote"],
    ["one failed, one abandoned", ["failing", "abandoned"], "abandon-all"],
    ["one failed, one whose setup fails", ["failing", "broken_setup"], "abandon-all"],
    ["one failed, one could not be reached", ["failing", "troubled"], "continue"],
    ["one failed, one is flaky alone", ["failing", "flaky"], "continue"],
    ["all setups fail", ["broken_setup", "broken_setup"], "continue"],
    ["a claim alone", ["claiming", "failing"], "continue"],
    ["one winner, and one that used up its budget", ["winning", "capped"], "promote"],
    ["two winners, and one that used up its budget", ["winning", "capped", "winning"], "synthesize"],
    ["one failed, and one that used up its budget", ["failing", "capped"], "abandon-all"],
    ["all used up their budget", ["capped", "capped"], "abandon-all"],
    ["one used up its budget, and one runs", ["capped", "running"], "continue"],
    ["one used up its budget, and one has not run", ["capped", "not_started"], "continue"],
    ["one used up its budget, and one is flaky alone", ["capped", "flaky"], "continue"],
    ["all setups fail until the budget is used up", ["capped_setup", "broken_setup"], "continue"],
    ["nothing", [], "continue"],
  ])("%s", (_what, some, recommendation) => {
    expect(advise(some.map(makeRow)).recommendation).toBe(recommendation);
  });

  it("names the experiments, their counts, and what would change the recommendation", () => {
    const failing = { ...makeRow("failing", 1), by_tag: { e2e: { passed: 0, failed: 1 } } };
    expect(advise([makeRow("winning", 0), failing]).rationale).toBe(
      "Only exp-0 (2 of 2 passed) wins. exp-1 failed 1 of 3 (e2e 1). " +
        "If another design also passes everything, the recommendation becomes synthesize.",
    );
    expect(advise([makeRow("winning", 0), makeRow("running", 1)]).rationale).toBe(
      "Still running: exp-1; so far exp-0 (2 of 2 passed) leads.",
    );
  });

  it("names the leader and what is missing", () => {
    const reason = "it claims 2 of 2, but no run measured them";
    const rows = [makeRow("winning", 0), { ...makeRow("claiming", 1), reason }, makeRow("not_started", 2)];
    expect(advise(rows)).toEqual({
      recommendation: "continue",
      rationale: `So far exp-0 (2 of 2 passed) leads. exp-1 was not measured: ${reason}, exp-2 has not run.`,
      next_action: { action: "run", experiments: ["exp-1", "exp-2"] },
    });
    expect(advise([{ ...makeRow("claiming", 0), reason }]).rationale).toBe(
      `None wins yet. exp-0 was not measured: ${reason}.`,
    );
  });

  it("says once for all experiments why they were not measured, and what to do about it", () => {
    expect(advise([makeRow("troubled", 0), makeRow("troubled", 1), makeRow("winning", 2)])).toMatchObject({
      rationale: expect.stringContaining("exp-0, exp-1 were not fully measured: not_authenticated."),
      next_action: { action: "resolve", experiments: ["exp-0", "exp-1"], hint: "Log in." },
    });
  });

  it("keeps a winner that the last run could not measure again, and says so", () => {
    const { last_attempt } = special.troubled;
    expect(advise([{ ...makeRow("winning", 0), last_attempt }])).toMatchObject({
      recommendation: "promote",
      rationale: expect.stringContaining(
        "The last run could not measure exp-0 (not_authenticated); what was counted before is kept.",
      ),
    });
  });

  it("gives the result of experiments that used up their budget, and says how to run them again", () => {
    const reason = "it has run its 3 cycles";
    const capped = { ...makeRow("capped", 1), reason, tests_failed: 1 };
    expect(advise([makeRow("winning", 0), capped]).rationale).toBe(
      "Only exp-0 (2 of 2 passed) wins. exp-1 was capped (it has run its 3 cycles) and failed 1 of 3. " +
        "exp-1 can run again after budget.per_experiment in plan.json is raised. " +
        "If another design also passes everything, the recommendation becomes synthesize.",
    );
    expect(advise([capped]).next_action).toEqual({ action: "extend", experiments: ["exp-1"] });
    expect(advise([capped, makeRow("failing", 2)]).next_action).toEqual({
      action: "revise",
      experiments: ["exp-2"],
    });
  });

  it("names the tags to run when only tags are missing", () => {
    expect(advise([makeRow("winning", 0), makeRow("partial", 1)]).next_action).toEqual({
      action: "run",
      experiments: ["exp-1"],
      tags: ["e2e"],
    });
  });

  it("blames the plan for a suite that gave no experiment evidence, whatever else failed", () => {
    const none = { evidence: makeEvidence({ state: "no_evidence", reason: "its report is missing" }) };
    const rows = [
      { ...makeRow("no_evidence" as const, 0), ...none },
      { ...makeRow("failing", 1), ...none },
    ];
    expect(advise(rows, { required: ["api"] })).toMatchObject({
      recommendation: "continue",
      rationale: expect.stringContaining("No experiment has evidence for api"),
      next_action: { action: "fix_suite", tags: ["api"], experiments: ["exp-0", "exp-1"] },
    });
    expect(advise(rows, { required: [] }).rationale).not.toContain("No experiment has evidence");
    const other = { ...makeRow("failing", 2), evidence: makeEvidence({ state: "evidence" }) };
    expect(advise([...rows, other], { required: ["api"] }).rationale).not.toContain("No experiment has");
    const unreached = {
      ...makeRow("troubled", 0),
      evidence: makeEvidence({ state: "no_evidence", code: "x" }),
    };
    expect(advise([unreached], { required: ["api"] }).next_action.action).toBe("resolve");
  });

  it("names the winner that metrics put first", () => {
    const rows = [makeRow("winning", 0), makeRow("winning", 1)];
    const choice = { by_metrics: "exp-1", locks: new Map() };
    expect(advise(rows, { choice }).rationale).toBe(
      "2 experiments win: exp-0 (2 of 2 passed), exp-1 (2 of 2 passed). Metrics put exp-1 first. " +
        "A test that only one of them passes would change the recommendation to promote.",
    );
  });

  it("lists the winners with the fewest flaky tests first, with their failure rates", () => {
    const flaky_tests = [{ tag: "api", name: "sums", passed: 3, failed: 2 }];
    const { rationale } = advise([
      { ...makeRow("winning", 0), flaky: 6, flaky_tests },
      makeRow("winning", 1),
    ]);
    expect(rationale).toContain(
      "win: exp-1 (2 of 2 passed), exp-0 (2 of 2 passed, 6 flaky: sums failed 2 of 5)",
    );
  });

  it("stays a paragraph for a thousand experiments", () => {
    const rows = Array.from({ length: 1000 }, (_, index) => makeRow("failing", index));
    expect(advise(rows).rationale).toContain("and 996 more failed 1 of 3");
    const all = Array.from({ length: 1000 }, (_, index) => ({
      ...makeRow("failing", index),
      tests_passed: index,
    }));
    expect(advise(all).rationale).toContain("and 996 more");
    expect(advise(all).rationale.length).toBeLessThan(400);
  });
});
