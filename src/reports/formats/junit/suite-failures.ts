import { type ReportCase, wholeCase } from "../../../../schemas/plan/report.ts";
import { explainFailure } from "../../failure.ts";
import { makeUnshownFailure } from "../../unshown.ts";
import { listSuiteNames } from "./names.ts";
import type { Attributes, JunitDocument, Suite, Testcase } from "./parse.ts";
import { readCaseStatus, readEnding } from "./status.ts";

/**
 * Finds failures of suites outside their test cases, as cases of their own: an `<error>` directly in a suite, or a
 * failure count that no test case in it accounts for (a file that does not load, or a hook that throws).
 */
export function readSuiteFailures({ suites, testcases }: JunitDocument): ReportCase[] {
  const showing = new Set<Suite>();
  for (const testcase of testcases) if (showsFailure(testcase)) markWithAncestors(testcase.suite, showing);
  return suites.flatMap((suite) => {
    const name = [...listSuiteNames(suite), suite.isRoot ? wholeCase.run : wholeCase.suite].join(" > ");
    const own = suite.endings.filter((ending) => readEnding(ending) === "failed");
    const failures = own.map(({ attributes, text }): ReportCase => {
      return { name, status: "failed", ...explainFailure("failed", { message: attributes.message, text }) };
    });
    const isShown = showing.has(suite) || failures.length > 0;
    const unshown = makeUnshownFailure(name, countFailures(suite.attributes), isShown);
    if (failures.length + unshown.length > 0) markWithAncestors(suite, showing);
    return [...failures, ...unshown];
  });
}

/** Includes failures that do not count: a todo, or a test that passed when retried. */
function showsFailure({ attributes, endings }: Testcase): boolean {
  const stated = [...endings.map(readEnding), readCaseStatus(attributes, [])];
  return stated.includes("failed") || stated.includes("flaky");
}

/** Marks a suite and all suites around it. */
function markWithAncestors(suite: Suite | undefined, marked: Set<Suite>): void {
  for (let each = suite; each !== undefined && !marked.has(each); each = each.parent) marked.add(each);
}

function countFailures({ failures, errors, failed }: Attributes): number {
  const counts = [failures, errors, failed].map((count) => Number.parseInt(count ?? "", 10) || 0);
  return counts.reduce((sum, count) => sum + count, 0);
}
