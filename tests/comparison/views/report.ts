import type { ComparisonReport } from "../../../schemas/comparison/comparison.ts";
import type { Run, RunQueue } from "../../../schemas/run.ts";

/** Text that breaks out wherever it is taken for markup. */
export const hostile = `<img src=x onerror="document.title='owned'">"'</td><script>document.title='owned'</script>`;

/** The folder that the paths of these reports are in. */
export const directory = "/records";

/**
 * A comparison with something in every part; all free text of records is `text`.
 * @param locate the path of what tells why a test failed
 */
export function reportWith(
  text: string,
  locate = (name: string) => `${directory}/exp-json/${name}`,
): ComparisonReport {
  const counts = { passed: 3, failed: 1 };
  const test = {
    tag: "api",
    name: text,
    file: text,
    failed_in: ["exp-json"],
    flaky_in: [],
    passed_in: ["exp-pg"],
    not_run_in: [],
    failures: [{ experiment_slug: "exp-json", failure: `${text}\nsecond line`, artifact: locate(text) }],
  };
  const change = {
    change: "changed" as const,
    kind: "foreign_key" as const,
    object: `public.${text}`,
    aspects: { type: { from: text, to: `${text}2` } },
    contains: [text],
  };
  return {
    feature_id: "F1-checkout",
    generated_at: "2026-01-02T03:04:05.000Z",
    rows: [
      {
        experiment_slug: "exp-json",
        branch_id: text,
        status: "unknown",
        signal: "unreadable",
        evidence_state: "none",
        reason: text,
        by_tag: { api: counts },
        reported: {
          load: { passed: 5, failed: 2, reported_at: "2026-01-02T03:04:05.000Z", commit: null },
        },
        cycle_count: 1,
        artifact_count: 0,
      },
      {
        experiment_slug: "exp-pg",
        branch_id: "f1-checkout-exp-pg",
        status: "succeeded",
        signal: "winning",
        evidence_state: "counted",
        tests_passed: 4,
        tests_failed: 0,
        flaky: 2,
        by_tag: { api: { passed: 4, failed: 0 }, infra: { passed: 2, failed: 0 } },
        evidence: {
          run_id: "run-20260102T030405-01234567",
          cycle_id: "C1",
          branch: "f1-checkout-exp-pg",
          commit: "0123456789abcdef0123456789abcdef01234567",
          dirty: true,
          by_tag: { api: { state: "evidence", duration_ms: 1234, flaky: 2, failure_cause: "state" } },
        },
        schema_diff_summary: text,
        code_diff_lines: 42,
        cycle_count: 2,
        artifact_count: 3,
        duration_ms: 7500,
        branch_age_ms: 7_200_000,
      },
    ],
    matrix: [
      { tag: "api", cells: { "exp-json": counts, "exp-pg": { passed: 4, failed: 0 } } },
      { tag: "infra", cells: { "exp-json": null, "exp-pg": { passed: 2, failed: 0 } } },
    ],
    reported: [{ tag: "load", cells: { "exp-json": { passed: 5, failed: 2 }, "exp-pg": null } }],
    recommendation: "promote",
    rationale: text,
    next_action: { action: "promote", experiments: ["exp-pg"], hint: text },
    winners: ["exp-pg"],
    warnings: [{ kind: "counts-shrink", message: text, records: [`${directory}/exp-pg/${text}`] }],
    metrics: [
      {
        tag: "perf",
        name: text,
        unit: text,
        better: "lower",
        measured: [
          { experiment_slug: "exp-pg", samples: 20, median: 10, verdict: "best" },
          {
            experiment_slug: "exp-json",
            samples: 20,
            median: 20.123456,
            ratio: 2.0123456,
            interval: { low: 1.9, high: 2.1 },
            verdict: "worse",
          },
        ],
      },
    ],
    combinations: [
      { experiments: ["exp-json", "exp-pg"], code: "conflicts", files: [text], schema_objects: [] },
    ],
    tests: { apart: [test], failing_everywhere: [{ ...test }] },
    schema: {
      differences: [{ experiment_slug: "exp-pg", summary: text, changes: [change] }],
      collisions: [{ kind: "foreign_key", object: `public.${text}`, experiments: ["exp-json", "exp-pg"] }],
      risks: [],
    },
    history: {
      trends: [{ experiment_slug: "exp-json", tag: "api", trend: "worse", counts: "4/0 → 3/1", cycles: 2 }],
      cycles: [
        {
          experiment_slug: "exp-pg",
          run_id: text,
          ts: "2026-01-02T03:04:05.000Z",
          duration_ms: 7500,
          by_tag: { api: { passed: 4, failed: 0, trend: "first", duration_ms: 1234 } },
          changed: [],
        },
        {
          experiment_slug: "exp-json",
          ts: "2026-01-02T03:04:05.000Z",
          by_tag: { api: { ...counts, trend: "worse" } },
          changed: [],
        },
      ],
    },
  };
}

/** The queue of such a run; all free text is `text`. */
export function queueWith(text: string): RunQueue {
  return {
    workers: [
      { name: "build-1/4711", running: 2, concurrency: 2 },
      { name: "build-1/4802", running: 0, concurrency: 1 },
      { name: "build-2/99", running: 0, concurrency: 1, paused: text },
    ],
    more_workers: 1,
    waiting: [
      { reason: text, count: 1, jobs: ["exp-pg e2e"] },
      { reason: "another suite runs on its branch", count: 7, jobs: ["exp-json e2e", "exp-json infra"] },
    ],
  };
}

/** A run that goes on; all free text is `text`. */
export function runWith(text: string): Run {
  const result = { experiment_slug: "exp-pg", status: "running" as const, step: "e2e" };
  return {
    ...{
      run_id: "run-20260102T030405-01234567",
      feature_id: "F1-checkout",
      cycle_id: "C2",
      state: "running",
    },
    results: [
      { ...result, by_tag: { api: { passed: 4, failed: 0 } }, no_evidence: { infra: text } },
      { ...result, experiment_slug: "exp-json", status: "failed", by_tag: { api: { passed: 3, failed: 1 } } },
      { ...result, experiment_slug: text, status: "queued", by_tag: {} },
    ],
    ...{ concurrency: 1, created_at: "2026-01-02T03:04:05Z", peak_in_flight: 1, total_duration_ms: 0 },
    budget: {
      concurrent_branches: 1,
      branches: 3,
      max_branches: 3,
      wall_clock_minutes: 30,
      minutes_left: 12,
    },
  };
}

/** The same with a change that a large table feels. */
export function riskyReport(text: string, locate?: (name: string) => string): ComparisonReport {
  const report = reportWith(text, locate);
  const object = `public.${text}`;
  const size = { table: text, table_bytes: 5 * 2 ** 30, table_rows: 41e6 };
  const risks = [{ experiment_slug: "exp-pg", object, effect: "rewrites_table" as const, ...size }];
  return { ...report, ...(report.schema !== undefined && { schema: { ...report.schema, risks } }) };
}

/** A comparison of so many experiments, which differ in as many tests; the last one wins. */
export function largeReport(experiments: number, tests: number): ComparisonReport {
  const report = reportWith("x");
  const slugs = Array.from({ length: experiments }, (_, n) => `exp-${String(n).padStart(2, "0")}-variant`);
  const [failing, winning] = report.rows;
  const [test] = report.tests?.apart ?? [];
  if (failing === undefined || winning === undefined || test === undefined) throw new Error("no rows");
  const winner = slugs.at(-1) ?? "";
  const others = slugs.filter((slug) => slug !== winner);
  return {
    ...report,
    rows: slugs.map((experiment_slug) => ({
      ...(experiment_slug === winner ? winning : failing),
      experiment_slug,
    })),
    matrix: ["api", "e2e"].map((tag) => ({
      tag,
      cells: Object.fromEntries(
        slugs.map((slug) => [slug, { passed: 100, failed: slug === winner ? 0 : 7 }]),
      ),
    })),
    winners: [winner],
    tests: {
      apart: Array.from({ length: tests }, (_, n) => ({
        ...test,
        name: `test ${n}`,
        failed_in: others,
        passed_in: [winner],
        failures: others.map((experiment_slug) => ({ experiment_slug, failure: "off by one", artifact: "" })),
      })),
      failing_everywhere: [],
    },
  };
}
