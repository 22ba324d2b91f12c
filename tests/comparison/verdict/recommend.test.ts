import { describe, expect, it } from "vitest";
import { type ExperimentRow, type Recommendation, signalSchema } from "../../../schemas/comparison.ts";
import { recommend } from "../../../src/comparison/verdict/recommend.ts";

/**
 * Of those without evidence, a `claiming` one has counts that no run counted, the run of an `unfinished` one was ended
 * early, that of a `cut_off` one without a last word, and a `partial` one left out a tag.
 */
const special = {
  claiming: { signal: "no_evidence", evidence_state: "claimed" },
  cut_off: { signal: "no_evidence", status: "unknown" },
  unfinished: {
    signal: "no_evidence",
    evidence: {
      run_id: "run-1",
      cycle_id: "C1",
      branch: "f1",
      commit: null,
      dirty: false,
      by_tag: { api: { state: "no_evidence", unfinished: true } },
    },
  },
  partial: { signal: "no_evidence", tags_not_run: ["e2e"] },
} satisfies Record<string, Partial<ExperimentRow>>;

type Special = keyof typeof special;
type Kind = ExperimentRow["signal"] | Special;

const isSpecial = (kind: Kind): kind is Special => Object.hasOwn(special, kind);
const kinds: Kind[] = [...signalSchema.options, "claiming", "unfinished", "cut_off", "partial"];

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
function rowOf(kind: Kind, index: number): ExperimentRow {
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

/** The rule once more in another shape: by counting kinds, not rows. */
function expected(row: Kind[]): Recommendation {
  const has = (...some: Kind[]) => row.some((kind) => some.includes(kind));
  const number = (one: Kind) => row.filter((kind) => kind === one).length;
  if (has("running") || row.length === 0) return "continue";
  if (number("winning") === 1) return "promote";
  if (number("winning") > 1) return "synthesize";
  const mayWin = has("not_started", "unreadable", "claiming", "unfinished", "cut_off", "partial");
  return mayWin ? "continue" : "abandon-all";
}

describe("recommend", () => {
  it(`decides all ${space.length} combinations of up to three rows`, () => {
    const wrong = space.filter((some) => recommend(some.map(rowOf)).recommendation !== expected(some));
    expect(wrong).toEqual([]);
  });

  it.each<[string, Kind[], Recommendation]>([
    ["one winner among failures", ["failing", "winning"], "promote"],
    ["two winners and one running", ["winning", "winning", "running"], "continue"],
    ["two winners", ["winning", "winning"], "synthesize"],
    ["one failed, one abandoned", ["failing", "abandoned"], "abandon-all"],
    ["a winner by evidence and one by claim", ["winning", "claiming"], "promote"],
    ["a claim alone", ["claiming", "failing"], "continue"],
    ["nothing", [], "continue"],
  ])("%s", (_what, some, recommendation) => {
    expect(recommend(some.map(rowOf)).recommendation).toBe(recommendation);
  });

  it("names names and numbers, and what would change it", () => {
    const failing = { ...rowOf("failing", 1), by_tag: { e2e: { passed: 0, failed: 1 } } };
    expect(recommend([rowOf("winning", 0), failing]).rationale).toBe(
      "Only exp-0 (2 of 2 passed) wins. exp-1 failed 1 of 3 (e2e 1). " +
        "Another that passes everything would make it synthesize.",
    );
    expect(recommend([rowOf("winning", 0), rowOf("running", 1)]).rationale).toBe(
      "Still running: exp-1; so far winning: exp-0 (2 of 2 passed). Compare again when all have finished.",
    );
  });

  it("says of a claim that it is one, and what would count it", () => {
    const reason = "it claims 2 of 2, and no run counted them";
    expect(recommend([{ ...rowOf("claiming", 0), reason }]).rationale).toBe(
      `None wins yet. exp-0 has no evidence: ${reason}. Run what no run has counted and mend what cannot be read, ` +
        "then compare again.",
    );
  });

  it("says which winner metrics put first", () => {
    const rows = [rowOf("winning", 0), rowOf("winning", 1)];
    expect(recommend(rows, "exp-1").rationale).toBe(
      "2 experiments win: exp-0 (2 of 2 passed), exp-1 (2 of 2 passed). Metrics put exp-1 first. " +
        "A test that only one of them passes would make it promote.",
    );
  });

  it("names those winners first that have the fewest flaky tests", () => {
    const { rationale } = recommend([{ ...rowOf("winning", 0), flaky: 6 }, rowOf("winning", 1)]);
    expect(rationale).toContain("win: exp-1 (2 of 2 passed), exp-0 (2 of 2 passed, 6 flaky)");
  });

  it("says how many tests of a winner are flaky", () => {
    expect(recommend([{ ...rowOf("winning", 0), flaky: 1 }]).rationale).toContain("(2 of 2 passed, 1 flaky)");
  });

  it("stays a paragraph for a thousand experiments", () => {
    const rows = Array.from({ length: 1000 }, (_, index) => rowOf("failing", index));
    expect(recommend(rows).rationale).toContain("and 996 more");
    expect(recommend(rows).rationale.length).toBeLessThan(400);
  });
});
