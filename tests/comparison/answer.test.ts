import { describe, expect, it } from "vitest";
import type { Combination } from "../../schemas/comparison/combination.ts";
import type { ComparisonReport, ExperimentRow } from "../../schemas/comparison/comparison.ts";
import {
  type ComparisonDetail,
  comparisonAnswerSchema,
  comparisonDetailSchema,
} from "../../schemas/comparison/comparison-answer.ts";
import { buildAnswer, type Pager } from "../../src/comparison/answer.ts";
import { buildMatrix, buildReported } from "../../src/comparison/records/matrix.ts";
import { describeNextStep } from "../../tools/support/next-step.ts";
import { takePage } from "../../tools/support/page.ts";
import { advise } from "./verdict/advise.ts";
import { hostile, reportWith } from "./views/report.ts";

const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
const pager =
  (limit: number, cursor?: string): Pager =>
  (items) =>
    takePage(items, limit, cursor);

const answerWith = (report: ComparisonReport, detail: ComparisonDetail, by: Pager) =>
  buildAnswer(report, detail, by, describeNextStep(report.next_action));

const pair = (slugs: string[]) => slugs.flatMap((a, n) => slugs.slice(n + 1).map((b) => [a, b]));

/** A report on as many experiments, three tags each; the first win, the others fail a growing number of tests. */
function reportOn(size: number, winning = 1, { conflicting = false } = {}): ComparisonReport {
  const rows = Array.from({ length: size }, (_, n): ExperimentRow => {
    const counts = { passed: 14, failed: n < winning ? 0 : n };
    const evidence = { state: "evidence" as const, duration_ms: 12_345 };
    return {
      experiment_slug: `exp-designed-by-${n}`,
      branch_id: `f1-checkout--exp-designed-by-${n}`,
      status: n < winning ? "succeeded" : "failed",
      signal: n < winning ? "winning" : "failing",
      evidence_state: "counted",
      tests_passed: 42,
      tests_failed: 3 * counts.failed,
      by_tag: { api: counts, e2e: counts, infra: counts },
      evidence: {
        run_id: "run-20260102T030405-01234567",
        cycle_id: "C12",
        branch: `f1-checkout--exp-designed-by-${n}`,
        commit: "0123456789abcdef0123456789abcdef01234567",
        dirty: false,
        by_tag: { api: evidence, e2e: evidence, infra: evidence },
      },
      cycle_count: 12,
      artifact_count: 96,
      duration_ms: 65_432,
      branch_age_ms: 86_400_000,
    };
  });
  const winners = rows.slice(0, winning).map((row) => row.experiment_slug);
  const combinations = pair(winners).map((experiments, n): Combination => {
    const isClean = n % 2 === 0 || !conflicting;
    const code = isClean ? "clean" : "conflicts";
    return { experiments, code, files: isClean ? [] : ["src/cart.ts"], schema_objects: [] };
  });
  return {
    feature_id: "F1-checkout",
    generated_at: "2026-01-02T03:04:05.000Z",
    rows,
    matrix: buildMatrix(rows),
    reported: buildReported(rows),
    ...advise(rows, { combinations }),
    winners,
    warnings: [],
    metrics: [],
    combinations,
  };
}

describe("answerWith", () => {
  it.each([0, 1, 2, 3, 4])(
    "summarizes 4 experiments with %d winners and 3 tags in at most 1,500 bytes",
    (winning) => {
      for (const conflicting of [false, true])
        expect(
          bytes(answerWith(reportOn(4, winning, { conflicting }), "summary", pager(25))),
        ).toBeLessThanOrEqual(1_500);
    },
  );

  it.each([0, 1, 3])(
    "stays within 1,500 bytes when %d failed and the others each lack a suite for a different reason",
    (failing) => {
      const counts = { passed: 14, failed: 0 };
      const rows = reportOn(4, 0).rows.map((row, n) =>
        n < failing
          ? row
          : {
              ...row,
              signal: "no_evidence" as const,
              tests_passed: 28,
              tests_failed: 0,
              by_tag: { api: counts, infra: counts },
              reason: `e2e: its report e2e-${n}.xml is missing, exit status 1${" and so on".repeat(50)}`,
            },
      );
      const report = { ...reportOn(4), rows, matrix: buildMatrix(rows), ...advise(rows), winners: [] };
      expect(report.matrix).toHaveLength(failing > 0 ? 3 : 2);
      expect(bytes(answerWith(report, "summary", pager(25)))).toBeLessThanOrEqual(1_500);
    },
  );

  it("splits a metric that many experiments measured over pages, without losing any", () => {
    const measured = Array.from({ length: 30 }, (_, n) => ({
      experiment_slug: `exp-${n}`,
      samples: 1,
      median: n,
      verdict: n === 0 ? ("best" as const) : ("too_few_samples" as const),
    }));
    const report = {
      ...reportOn(1),
      metrics: [{ tag: "api", name: "p50", better: "lower" as const, measured }],
    };
    const { metrics } = answerWith(report, "metrics", pager(10));
    expect(metrics?.map((each) => each.measured.length)).toEqual([20, 10]);
  });

  it("shows a limited number of tags, and says how many it omits", () => {
    const report = reportOn(1);
    const tag = report.matrix.slice(0, 1);
    const matrix = Array.from({ length: 50 }, (_, n) =>
      tag.map((each) => ({ ...each, tag: `t${n}` })),
    ).flat();
    const answer = answerWith({ ...report, matrix }, "summary", pager(25));
    expect(answer.matrix).toHaveLength(40);
    expect(answer.more_tags).toBe(10);
  });

  it("says in the summary how winners combine", () => {
    expect(answerWith(reportOn(4, 3, { conflicting: true }), "summary", pager(25)).combining).toEqual([
      "exp-designed-by-0 + exp-designed-by-2: code conflicts in src/cart.ts",
      "all other pairs: code merges cleanly",
    ]);
    expect(answerWith(reportOn(4, 1), "summary", pager(25)).combining).toBeUndefined();
  });

  it("gives totals in the summary only if the matrix does not add up to them", () => {
    const report = reportOn(1);
    const rows = report.rows.map((row) => ({ ...row, tests_passed: 50 }));
    expect(answerWith(report, "summary", pager(25)).rows?.[0]).not.toHaveProperty("tests_passed");
    expect(answerWith({ ...report, rows }, "summary", pager(25)).rows?.[0]).toMatchObject({
      tests_passed: 50,
    });
  });

  it.each([
    ["summary", 25],
    ["rows", 8],
  ] as const)(
    "keeps a page of %s below 8 KB, and reaches all of 1,000 experiments by cursor",
    (detail, limit) => {
      const report = reportOn(1_000);
      const seen: string[] = [];
      let cursor: string | undefined = "0";
      while (cursor !== undefined) {
        const answer = answerWith(report, detail, pager(limit, cursor));
        expect(bytes(answer)).toBeLessThanOrEqual(8_192);
        seen.push(...(answer.rows ?? []).map((row) => row.experiment_slug));
        cursor = answer.next_cursor ?? undefined;
      }
      expect(seen).toEqual(report.rows.map((row) => row.experiment_slug));
    },
  );

  it("shows the matrix only for the experiments on the page", () => {
    const { matrix } = answerWith(reportOn(5), "summary", pager(2, "2"));
    expect(matrix?.map(({ cells }) => Object.keys(cells))).toEqual(
      Array.from({ length: 3 }, () => ["exp-designed-by-2", "exp-designed-by-3"]),
    );
  });

  it.each(comparisonDetailSchema.options)(
    "matches the answer's schema with detail %s, even with hostile text",
    (detail) => {
      const answer = answerWith(reportWith(hostile), detail, pager(10));
      expect(comparisonAnswerSchema.parse(JSON.parse(JSON.stringify(answer)))).toBeTruthy();
    },
  );

  it("marks a claim as claimed, and says why a row is unreadable", () => {
    const report = reportOn(2);
    const rows = report.rows.map((row) => ({
      ...row,
      evidence_state: "claimed" as const,
      reason: "half a file",
    }));
    const answer = answerWith({ ...report, rows }, "summary", pager(25));
    expect(answer.rows?.[0]).toMatchObject({ evidence_state: "claimed", reason: "half a file" });
  });

  it("repeats a reason in a row only if the rationale does not name the experiment", () => {
    const reason = `api: its report is missing${" and so on".repeat(50)}`;
    const rows = reportOn(6).rows.map((row) => ({ ...row, signal: "no_evidence" as const, reason }));
    const report = { ...reportOn(6), rows, ...advise(rows) };
    expect(answerWith(report, "summary", pager(25)).rows?.map((row) => row.reason)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      reason,
      reason,
    ]);
    expect(answerWith(report, "rows", pager(25)).rows?.[0]?.reason).toBe(reason);
    expect(report.rationale).toContain("api: its report is missing and so on and so");
  });

  it("keeps the reason of an unreadable row", () => {
    const rows = reportOn(2).rows.map((row) => ({
      ...row,
      signal: "unreadable" as const,
      reason: "half a file",
    }));
    const answer = answerWith({ ...reportOn(2), rows, ...advise(rows) }, "summary", pager(25));
    expect(answer.rows?.map((row) => row.reason)).toEqual(["half a file", "half a file"]);
  });

  it("stays within 10 KB with the longest names, many tags and many warnings", () => {
    const report = reportOn(40);
    const counts = { passed: 14, failed: 3 };
    const tags = Array.from({ length: 12 }, (_, n) => `a-tag-of-some-length-${n}`);
    const rows = report.rows.map((row, n) => ({
      ...row,
      experiment_slug: `${n}-`.padEnd(63, "x"),
      by_tag: Object.fromEntries(tags.map((tag) => [tag, counts])),
    }));
    const kind = "tests-flaky" as const;
    const warnings = Array.from({ length: 60 }, () => ({ kind, message: "m".repeat(900), records: [] }));
    const whole = { ...report, rows, matrix: buildMatrix(rows), warnings };
    const answer = answerWith(whole, "summary", (items) => takePage(items, 25));
    expect(bytes(answer)).toBeLessThanOrEqual(10_000);
    expect([answer.warnings?.length, answer.more_warnings]).toEqual([8, 52]);
  });

  it("pages through all schema details without repeating any", () => {
    const report = reportWith("x");
    const whole = answerWith(report, "schema", pager(100));
    const count = (answer: typeof whole) =>
      [answer.schema_collisions, answer.schema_risks, answer.schema_changes, answer.combinations].flat()
        .length;
    const sizes: number[] = [];
    for (let cursor: string | null = "0"; cursor !== null; ) {
      const answer = answerWith(report, "schema", pager(1, cursor));
      sizes.push(count(answer));
      cursor = answer.next_cursor;
    }
    expect(count(whole)).toBe(3);
    expect(sizes).toEqual(Array.from({ length: count(whole) }, () => 1));
  });

  it("lists tests that differ before tests that fail everywhere", () => {
    const report = reportWith("x");
    const first = answerWith(report, "tests", pager(1));
    expect([first.tests_apart?.length, first.tests_failing_everywhere?.length]).toEqual([1, 0]);
    const second = answerWith(report, "tests", pager(1, first.next_cursor ?? ""));
    expect([second.tests_apart?.length, second.tests_failing_everywhere?.length]).toEqual([0, 1]);
    expect(second.next_cursor).toBeNull();
  });
});
