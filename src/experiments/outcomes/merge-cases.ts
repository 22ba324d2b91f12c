import { type CaseStatus, type ReportCase, wholeCase } from "../../../schemas/plan/report.ts";
import { groupBy } from "../../utils/group-by.ts";

/**
 * Merges the tests of several runs of one suite on the same code. A test that passed in one run and failed in another
 * is flaky; one that failed and never passed has failed, even if not every run included it. If every run failed, but no
 * test failed in all of them, an extra case fails, because no run passed as a whole.
 */
export function mergeCases(runs: readonly (readonly ReportCase[])[]): ReportCase[] {
  const merged = new Map<string, ReportCase>();
  for (const cases of runs.map(addImpliedPasses(runs))) {
    for (const [key, next] of withKeys(cases.filter(({ name }) => name !== wholeCase.everyRun))) {
      const before = merged.get(key);
      merged.set(key, before === undefined ? next : mergeCase(before, next));
    }
  }
  const cases = [...merged.values()];
  if (runs.length === 0 || hasFailure(cases) || !runs.every(hasFailure)) return cases;
  const failure = `Each of ${runs.length} runs failed, though not in the same test.`;
  return [...cases, { name: wholeCase.everyRun, status: "failed", failure }];
}

function hasFailure(cases: readonly ReportCase[]): boolean {
  return cases.some(({ status }) => status === "failed");
}

/** A run passed as a whole unless its report says that it failed as a whole. */
function addImpliedPasses(runs: readonly (readonly ReportCase[])[]) {
  const wholes = [...groupBy(runs.flat().filter(isWholeCase), nameCase)];
  return (cases: readonly ReportCase[]): readonly ReportCase[] => {
    if (wholes.length === 0 || cases.length === 0) return cases;
    const own = new Set(cases.map(nameCase));
    const missing = wholes.flatMap(([name, [first]]) =>
      own.has(name) || first === undefined ? [] : [first],
    );
    return [
      ...cases,
      ...missing.map(({ failure, tally, ...each }) => ({ ...each, status: "passed" as const })),
    ];
  };
}

/** True if a case stands for a whole file or run instead of a single test. */
export function isWholeCase({ name }: ReportCase): boolean {
  const [last = ""] = name.split(" > ").slice(-1);
  return last !== wholeCase.everyRun && Object.values<string>(wholeCase).includes(last);
}

/** Identifies a test within its suite. */
export function nameCase({ file, name }: ReportCase): string {
  return JSON.stringify([file, name]);
}

/** Counts how often a test passed and failed. A flaky test without a tally ran at least twice. */
export function tallyCase({ status, tally }: ReportCase): NonNullable<ReportCase["tally"]> {
  const isFlaky = status === "flaky";
  return (
    tally ?? {
      passed: isFlaky || status === "passed" ? 1 : 0,
      failed: isFlaky || status === "failed" ? 1 : 0,
    }
  );
}

function mergeCase(a: ReportCase, b: ReportCase): ReportCase {
  const [first, second] = [tallyCase(a), tallyCase(b)];
  const tally = { passed: first.passed + second.passed, failed: first.failed + second.failed };
  const status =
    tally.failed > 0 ? (tally.passed > 0 ? "flaky" : "failed") : tally.passed > 0 ? "passed" : "skipped";
  return {
    ...a,
    status,
    failure: a.failure ?? b.failure,
    ...(tally.passed + tally.failed > 1 && { tally }),
  };
}

const severity: Record<CaseStatus, number> = { skipped: 0, passed: 1, flaky: 2, failed: 3 };

/**
 * Distinguishes tests with the same file and name by their results, worst first. A runner may report them in a
 * different order each time, and a test that always fails must not pass for flaky.
 */
function withKeys(cases: readonly ReportCase[]): [string, ReportCase][] {
  const seen = new Map<string, number>();
  return [...cases]
    .sort((a, b) => severity[b.status] - severity[a.status])
    .map((each) => {
      const name = nameCase(each);
      const index = (seen.get(name) ?? 0) + 1;
      seen.set(name, index);
      return [`${name} ${index}`, each];
    });
}
