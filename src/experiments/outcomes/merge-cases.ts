import { type CaseStatus, type ReportCase, wholeCase } from "../../../schemas/plan/report.ts";
import { groupBy } from "../../utils/group-by.ts";

/**
 * The tests of several runs of one suite on the same code, each once. One that passed in a run and failed in another is
 * flaky; one that failed and never passed has failed, whether or not every run had it. Where each run failed, and no
 * test in all of them, a case of their own fails: without a run that passed, there is no pass.
 */
export function mergeCases(runs: readonly (readonly ReportCase[])[]): ReportCase[] {
  const merged = new Map<string, ReportCase>();
  for (const cases of runs.map(withSilentPasses(runs))) {
    for (const [key, next] of withKeys(cases.filter(({ name }) => name !== wholeCase.everyRun))) {
      const before = merged.get(key);
      merged.set(key, before === undefined ? next : mergeCase(before, next));
    }
  }
  const cases = [...merged.values()];
  if (runs.length === 0 || hasFailure(cases) || !runs.every(hasFailure)) return cases;
  const failure = `Each of ${runs.length} runs failed, if not in the same test.`;
  return [...cases, { name: wholeCase.everyRun, status: "failed", failure }];
}

function hasFailure(cases: readonly ReportCase[]): boolean {
  return cases.some(({ status }) => status === "failed");
}

/** A run of which no report says that it failed as a whole has passed as a whole. */
function withSilentPasses(runs: readonly (readonly ReportCase[])[]) {
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

/** Whether a case stands for more than a test: for a file, or for the run. */
export function isWholeCase({ name }: ReportCase): boolean {
  const [last = ""] = name.split(" > ").slice(-1);
  return last !== wholeCase.everyRun && Object.values<string>(wholeCase).includes(last);
}

/** What tells a test from others of its suite. */
export function nameCase({ file, name }: ReportCase): string {
  return JSON.stringify([file, name]);
}

/** How often a test passed and failed. A tool that tells of a flaky test, but not how often, ran it at least twice. */
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
 * Tests of one name in one file are told apart by their results, the worst first: a runner may report them in another
 * order each time, and then the one that always fails would pass for flaky.
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
