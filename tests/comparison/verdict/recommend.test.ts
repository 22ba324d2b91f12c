import { describe, expect, it } from "vitest";
import type { Combination } from "../../../schemas/comparison/combination.ts";
import {
  type ExperimentRow,
  type Recommendation,
  signalSchema,
} from "../../../schemas/comparison/comparison.ts";
import type { Evidence, TagEvidence } from "../../../schemas/outcomes.ts";
import { recommend } from "../../../src/comparison/verdict/recommend.ts";

const makeEvidence = (api: TagEvidence, more: Partial<Evidence> = {}): Evidence => ({
  run_id: "run-20260101T000000-01234567",
  cycle_id: "C1",
  branch: "f1",
  commit: null,
  dirty: false,
  by_tag: { api },
  ...more,
});

const error = { code: "not_authenticated", message: "no login", hint: "Log in.", retryable: false };

/**
 * Rows that one signal stands for in several ways. Of those that are not measured, a `claiming` one has counts that no
 * run counted, a `reported` one has none but those of suites that ran elsewhere, the run of an `unfinished` one was ended early, that of a `cut_off` one without a last word, a `partial`
 * one left out a tag, and a `troubled` one could not be reached. Of those that fail, a `claimed_failure` was only
 * written down, a `broken_setup` never came to its tests, a `flaky` one has no test that passes every time, and a
 * `capped_setup` one had its setup fail until its budget was used up.
 */
const special = {
  claiming: { signal: "no_evidence", evidence_state: "claimed" },
  reported: { signal: "no_evidence", status: "unknown", evidence_state: "reported", tests_passed: undefined },
  cut_off: { signal: "no_evidence", status: "unknown" },
  unfinished: { signal: "no_evidence", evidence: makeEvidence({ state: "no_evidence", unfinished: true }) },
  partial: { signal: "no_evidence", tags_not_run: ["e2e"] },
  troubled: { signal: "no_evidence", last_attempt: { run_id: "r", cycle_id: "C1", error } },
  claimed_failure: { signal: "failing", evidence_state: "claimed", tests_failed: 1 },
  broken_setup: {
    signal: "failing",
    tests_passed: 0,
    evidence: makeEvidence(
      { state: "evidence" },
      { by_tag: {}, setup_failed: { reason: "exit 3", artifact: "setup/stderr.log" } },
    ),
  },
  flaky: { signal: "failing", tests_passed: 0, flaky: 2 },
  capped_setup: {
    signal: "capped",
    tests_passed: 0,
    evidence: makeEvidence(
      { state: "evidence" },
      { by_tag: {}, setup_failed: { reason: "exit 3", artifact: "setup/stderr.log" } },
    ),
  },
} satisfies Record<string, Partial<ExperimentRow>>;

type Special = keyof typeof special;
type Kind = ExperimentRow["signal"] | Special;

const specials: Special[] = [
  "claiming",
  "reported",
  "unfinished",
  "cut_off",
  "partial",
  "troubled",
  "claimed_failure",
  "broken_setup",
  "flaky",
  "capped_setup",
];
const isSpecial = (kind: Kind): kind is Special => Object.hasOwn(special, kind);
const kinds: Kind[] = [...signalSchema.options, ...specials];

/** What their records say; those of other kinds say that they failed. */
const statuses: Partial<Record<Kind, ExperimentRow["status"]>> = {
  winning: "succeeded",
  claiming: "succeeded",
  partial: "succeeded",
  running: "running",
  abandoned: "abandoned",
  not_started: "unknown",
  unreadable: "unknown",
};

/** One row of a kind. */
function makeRow(kind: Kind, index: number): ExperimentRow {
  return {
    experiment_slug: `exp-${index}`,
    branch_id: `f1-exp-${index}`,
    status: statuses[kind] ?? "failed",
    evidence_state: "counted",
    reason: "a reason",
    tests_passed: 2,
    tests_failed: kind === "failing" ? 1 : 0,
    cycle_count: 1,
    artifact_count: 0,
    ...(isSpecial(kind) ? special[kind] : { signal: kind }),
  };
}

/** Every multiset of up to three kinds, in every order. */
const space: Kind[][] = [
  [],
  ...kinds.flatMap((a) => [[a], ...kinds.flatMap((b) => [[a, b], ...kinds.map((c) => [a, b, c])])]),
];

/** What each kind leaves open, once more in another shape: by sets of kinds, not by the fields of rows. */
const lost = new Set<Kind>(["failing", "broken_setup", "abandoned", "capped", "capped_setup"]);
const settled = new Set<Kind>([...lost, "winning", "flaky"]);

function expected(row: Kind[]): Recommendation {
  const left = row.filter((kind) => kind !== "abandoned");
  if (row.some((kind) => !settled.has(kind)) || row.length === 0) return "continue";
  if (left.length > 0 && left.every((kind) => kind === "broken_setup" || kind === "capped_setup"))
    return "continue";
  const winners = row.filter((kind) => kind === "winning").length;
  if (winners > 0) return winners === 1 ? "promote" : "synthesize";
  return row.every((kind) => lost.has(kind)) ? "abandon-all" : "continue";
}

describe("recommend", () => {
  it(`decides all ${space.length} combinations of up to three rows`, () => {
    const wrong = space.filter((some) => recommend(some.map(makeRow)).recommendation !== expected(some));
    expect(wrong).toEqual([]);
  });

  it("gives each of them a reason and something to do", () => {
    const bare = space.filter((some) => {
      const { rationale, next_action } = recommend(some.map(makeRow));
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
    expect(recommend(some.map(makeRow)).recommendation).toBe(recommendation);
  });

  it("names names and numbers, and what would change it", () => {
    const failing = { ...makeRow("failing", 1), by_tag: { e2e: { passed: 0, failed: 1 } } };
    expect(recommend([makeRow("winning", 0), failing]).rationale).toBe(
      "Only exp-0 (2 of 2 passed) wins. exp-1 failed 1 of 3 (e2e 1). " +
        "If another one passes everything, it becomes synthesize.",
    );
    expect(recommend([makeRow("winning", 0), makeRow("running", 1)]).rationale).toBe(
      "Still running: exp-1; so far exp-0 (2 of 2 passed) leads.",
    );
  });

  it("names who leads and what is missing", () => {
    const reason = "it claims 2 of 2, but no run measured them";
    const rows = [makeRow("winning", 0), { ...makeRow("claiming", 1), reason }, makeRow("not_started", 2)];
    expect(recommend(rows)).toEqual({
      recommendation: "continue",
      rationale: `So far exp-0 (2 of 2 passed) leads. exp-1 was not measured: ${reason}, exp-2 has not run.`,
      next_action: { action: "run", experiments: ["exp-1", "exp-2"] },
    });
    expect(recommend([{ ...makeRow("claiming", 0), reason }]).rationale).toBe(
      `None wins yet. exp-0 was not measured: ${reason}.`,
    );
  });

  it("says what kept experiments from being measured, once for all, and what to do about it", () => {
    expect(recommend([makeRow("troubled", 0), makeRow("troubled", 1), makeRow("winning", 2)])).toMatchObject({
      rationale: expect.stringContaining("exp-0, exp-1 were not fully measured: not_authenticated."),
      next_action: { action: "resolve", experiments: ["exp-0", "exp-1"], hint: "Log in." },
    });
  });

  it("keeps a winner that the last run could not measure again, and says so", () => {
    const { last_attempt } = special.troubled;
    expect(recommend([{ ...makeRow("winning", 0), last_attempt }])).toMatchObject({
      recommendation: "promote",
      rationale: expect.stringContaining(
        "The last run could not measure exp-0 (not_authenticated); what was counted before is kept.",
      ),
    });
  });

  it("says of those that used up their budget what they came to, and how they can go on", () => {
    const reason = "it has run its 3 cycles";
    const capped = { ...makeRow("capped", 1), reason, tests_failed: 1 };
    expect(recommend([makeRow("winning", 0), capped]).rationale).toBe(
      "Only exp-0 (2 of 2 passed) wins. exp-1 was capped (it has run its 3 cycles) and failed 1 of 3. " +
        "exp-1 can run again after budget.per_experiment in plan.json is raised. " +
        "If another one passes everything, it becomes synthesize.",
    );
    expect(recommend([capped]).next_action).toEqual({ action: "extend", experiments: ["exp-1"] });
    expect(recommend([capped, makeRow("failing", 2)]).next_action).toEqual({
      action: "revise",
      experiments: ["exp-2"],
    });
  });

  it("names the tags to run, where tags alone are missing", () => {
    expect(recommend([makeRow("winning", 0), makeRow("partial", 1)]).next_action).toEqual({
      action: "run",
      experiments: ["exp-1"],
      tags: ["e2e"],
    });
  });

  it("blames the plan for a suite that ran and gave nobody evidence, whatever else failed", () => {
    const none = { evidence: makeEvidence({ state: "no_evidence", reason: "its report is missing" }) };
    const rows = [
      { ...makeRow("no_evidence" as const, 0), ...none },
      { ...makeRow("failing", 1), ...none },
    ];
    expect(recommend(rows, { required: ["api"] })).toMatchObject({
      recommendation: "continue",
      rationale: expect.stringContaining("No experiment has evidence for api"),
      next_action: { action: "fix_suite", tags: ["api"], experiments: ["exp-0", "exp-1"] },
    });
    expect(recommend(rows, { required: [] }).rationale).not.toContain("No experiment has evidence");
    const other = { ...makeRow("failing", 2), evidence: makeEvidence({ state: "evidence" }) };
    expect(recommend([...rows, other], { required: ["api"] }).rationale).not.toContain("No experiment has");
    const unreached = {
      ...makeRow("troubled", 0),
      evidence: makeEvidence({ state: "no_evidence", code: "x" }),
    };
    expect(recommend([unreached], { required: ["api"] }).next_action.action).toBe("resolve");
  });

  it("says which winner metrics put first", () => {
    const rows = [makeRow("winning", 0), makeRow("winning", 1)];
    const choice = { by_metrics: "exp-1", locks: new Map() };
    expect(recommend(rows, { choice }).rationale).toBe(
      "2 experiments win: exp-0 (2 of 2 passed), exp-1 (2 of 2 passed). Metrics put exp-1 first. " +
        "A test that only one of them passes would make it promote.",
    );
  });

  it("names those winners first that have the fewest flaky tests, with a rate", () => {
    const flaky_tests = [{ tag: "api", name: "sums", passed: 3, failed: 2 }];
    const { rationale } = recommend([
      { ...makeRow("winning", 0), flaky: 6, flaky_tests },
      makeRow("winning", 1),
    ]);
    expect(rationale).toContain(
      "win: exp-1 (2 of 2 passed), exp-0 (2 of 2 passed, 6 flaky: sums failed 2 of 5)",
    );
  });

  it("stays a paragraph for a thousand experiments", () => {
    const rows = Array.from({ length: 1000 }, (_, index) => makeRow("failing", index));
    expect(recommend(rows).rationale).toContain("and 996 more failed 1 of 3");
    const all = Array.from({ length: 1000 }, (_, index) => ({
      ...makeRow("failing", index),
      tests_passed: index,
    }));
    expect(recommend(all).rationale).toContain("and 996 more");
    expect(recommend(all).rationale.length).toBeLessThan(400);
  });
});

describe("several winners", () => {
  const rows = [0, 1, 2].map((index) => ({
    ...makeRow("winning", index),
    code_diff_lines: [40, 300, 7][index],
  }));
  const pair = (a: number, b: number, more: Partial<Combination> = {}): Combination => ({
    experiments: [`exp-${a}`, `exp-${b}`],
    code: "clean",
    files: [],
    schema_objects: [],
    ...more,
  });
  const inCode: Partial<Combination> = { code: "conflicts", files: ["shop.ts"] };
  const locks = new Map([
    ["exp-0", 2],
    ["exp-1", 0],
  ]);

  it("are synthesized where they combine, or where it cannot be told", () => {
    for (const code of ["clean", "shared_checkout", "unknown"] as const)
      expect(recommend(rows.slice(0, 2), { combinations: [pair(0, 1, { code })] }).recommendation).toBe(
        "synthesize",
      );
  });

  it("are to be chosen from where they conflict, and the reason says by what", () => {
    const combinations = [pair(0, 1, inCode)];
    expect(recommend(rows.slice(0, 2), { combinations, choice: { locks } })).toEqual({
      recommendation: "continue",
      rationale:
        "2 experiments win, but exp-0, exp-1 conflict in shop.ts, so one must be chosen by metrics (no difference), " +
        "the smaller change (exp-0: 40, exp-1: 300 lines) or fewer locks (exp-1: 0, exp-0: 2 on large tables).",
      next_action: { action: "choose", experiments: ["exp-0", "exp-1"] },
    });
    const inSchema = [pair(0, 1, { schema_objects: ["column public.orders.total"] })];
    expect(recommend(rows.slice(0, 2), { combinations: inSchema }).rationale).toContain(
      "conflict in column public.orders.total, so one must be chosen",
    );
  });

  it("give way to the one that metrics put first, where it goes with no other", () => {
    const choice = { by_metrics: "exp-1", locks };
    expect(recommend(rows.slice(0, 2), { combinations: [pair(0, 1, inCode)], choice })).toMatchObject({
      recommendation: "promote",
      next_action: { action: "promote", experiments: ["exp-1"] },
    });
    const combinations = [pair(0, 1, inCode), pair(0, 2), pair(1, 2)];
    expect(recommend(rows, { combinations, choice }).recommendation).toBe("continue");
    const all = combinations.map((each) => ({ ...each, ...inCode }));
    expect(recommend(rows, { combinations: all, choice }).recommendation).toBe("promote");
  });

  it("of the same code are one design, which nothing tells apart", () => {
    expect(recommend(rows, { same_code: [["exp-0", "exp-2"]] })).toMatchObject({
      recommendation: "continue",
      rationale: expect.stringContaining(
        "nothing distinguishes these, because their code is the same: exp-0, exp-2",
      ),
      next_action: { action: "differentiate", experiments: ["exp-0", "exp-2"] },
    });
  });
});
