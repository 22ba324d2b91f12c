import type { Report, ReportCase } from "../../../../schemas/plan/report.ts";
import { explainFailure, tallyAttempts } from "../../failure.ts";
import type { ReadOptions } from "../../format.ts";
import { findRanAt } from "../../ran-at.ts";
import { namesTestFile } from "../node-test.ts";
import { identify, isNodeTest } from "./names.ts";
import { findRootElement, type JunitDocument, parseJunit, type Testcase } from "./parse.ts";
import { type Judged, mergeReruns } from "./reruns.ts";
import { isRisky, readCaseStatus, readEnding } from "./status.ts";
import { readSuiteFailures } from "./suite-failures.ts";

/**
 * Reads JUnit XML in the flavours of vitest, jest, node:test, pytest, Playwright, Go, Gradle, Maven Surefire,
 * GoogleTest, CTest and others. There is no standard. Test cases are counted; a suite's own counts are only used if
 * they report failures that none of its test cases shows. Document types and the entities they define are not expanded;
 * a report that uses an entity is unreadable.
 * @throws CoreError `report_unreadable`
 */
export function readJunit(text: string, { believeLast = true }: ReadOptions = {}): Report {
  const document = parseJunit(text);
  const judged = judge(document, believeLast);
  const merged = mergeReruns(judged, believeLast).map(({ read }) => read);
  const dated = [...document.suites, ...document.testcases];
  return {
    cases: [...merged, ...readSuiteFailures(document)],
    ran_at: findRanAt(dated.map(({ attributes }) => attributes.timestamp)),
  };
}

/** True if a text is meant to be JUnit XML. Maven and TestNG write other XML files next to it. */
export function isJunit(text: string): boolean {
  const root = findRootElement(text);
  return root === undefined || /^testsuites?$/.test(root);
}

function judge({ testcases, comments }: JunitDocument, believeLast: boolean): Judged[] {
  const counts = new Map(comments.map(readNodeCount).filter((count) => count !== undefined));
  const isNode = counts.has("suites") && counts.has("cancelled");
  const names = identify(testcases, isNode);
  const judged = testcases.map((testcase, index): Judged => {
    return { testcase, read: { name: "", ...names[index], ...readCase(testcase, believeLast) } };
  });
  // node:test reports a group, or a file, without tests as a test that passed.
  const hasNoPass = isNode && counts.get("pass") === 0;
  return judged.filter(
    ({ testcase, read }) => read.status !== "passed" || !(hasNoPass || isFile(testcase, isNode)),
  );
}

/** Parses a comment at the end of a node:test report, such as `pass 3`. */
function readNodeCount(comment: string): [string, number] | undefined {
  const [, what, count] = /^\s*(suites|pass|cancelled) (\d+)\s*$/.exec(comment) ?? [];
  return what === undefined ? undefined : [what, Number(count)];
}

function isFile(testcase: Testcase, isNode: boolean): boolean {
  const { name = "", file = name } = testcase.attributes;
  return isNodeTest(testcase, isNode) && testcase.suite.isRoot && namesTestFile(name) && file.endsWith(name);
}

function readCase(testcase: Testcase, believeLast: boolean): Omit<ReportCase, "name"> {
  const { attributes, output } = testcase;
  const endings = believeLast ? testcase.endings.filter((ending) => !isRisky(ending)) : testcase.endings;
  const status = readCaseStatus(attributes, endings);
  const why = endings.find((ending) => readEnding(ending) === status);
  const duration = readSeconds(attributes.time);
  const flakes = endings.filter((ending) => readEnding(ending) === "flaky").length;
  return {
    status,
    ...(duration !== undefined && { duration_ms: duration }),
    ...explainFailure(status, {
      message: why?.attributes.message,
      text: why?.text,
      output: output.err.trim() === "" ? output.out : output.err,
    }),
    ...tallyAttempts(status, flakes),
  };
}

/** Parses seconds: `0.004`; `1,234.5`, as Surefire groups them; `0,004`, with the comma of other languages. */
function readSeconds(seconds = ""): number | undefined {
  const isGrouped = /^[1-9]\d{0,2}(,\d{3})+(\.|$)/.test(seconds);
  const value = Number.parseFloat(isGrouped ? seconds.replaceAll(",", "") : seconds.replace(",", "."));
  return value >= 0 && Number.isFinite(value) ? value * 1000 : undefined;
}
