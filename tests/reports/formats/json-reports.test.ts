import { describe, expect, it } from "vitest";
import type { FileFormat } from "../../../src/reports/format.ts";
import { readReport } from "../../../src/reports/read-report.ts";

const read = (format: FileFormat, report: object) =>
  readReport(format, JSON.stringify(report)).cases.map(({ status, name }) => `${status} ${name}`);

const jest = (result: object, summary = {}) => {
  const assertion = { title: "a", fullName: "a", ancestorTitles: [], status: "passed", ...result };
  return { ...summary, testResults: [{ name: "a.js", status: "passed", assertionResults: [assertion] }] };
};
const ctrf = (test: object, summary = {}) => ({
  results: { summary, tests: [{ name: "a", status: "passed", duration: 1, ...test }] },
});
const playwright = (test: object, stats = {}) => ({
  stats,
  suites: [
    {
      title: "a.ts",
      specs: [
        { title: "a", file: "a.ts", tests: [{ status: "expected", results: [{ duration: 1 }], ...test }] },
      ],
    },
  ],
});

describe("a test that passed on a retry", () => {
  it.each<[string, FileFormat, object]>([
    ["jest counts attempts", "jest-json", jest({ invocations: 2 })],
    ["vitest keeps the messages of earlier attempts", "vitest-json", jest({ failureMessages: ["no"] })],
    ["CTRF says so", "ctrf", ctrf({ flaky: true })],
    ["CTRF counts attempts alone", "ctrf", ctrf({ retries: 1 })],
    ["Playwright says so", "playwright-json", playwright({ status: "flaky" })],
  ])("is flaky: %s", (_what, format, report) => {
    expect(read(format, report)).toEqual(["flaky a"]);
  });
});

it("says how many attempts failed if the report does", () => {
  const first = (format: FileFormat, report: object) =>
    readReport(format, JSON.stringify(report)).cases[0]?.tally;
  const results = [{ duration: 1 }, { duration: 1 }, { duration: 1 }];
  expect(first("jest-json", jest({ invocations: 3 }))).toEqual({ passed: 1, failed: 2 });
  expect(first("ctrf", ctrf({ flaky: true, retries: 2 }))).toEqual({ passed: 1, failed: 2 });
  expect(first("playwright-json", playwright({ status: "flaky", results }))).toEqual({
    passed: 1,
    failed: 2,
  });
  expect(first("playwright-json", playwright({ results }))).toBeUndefined();
});

describe("failures that a report counts but does not show", () => {
  it.each<[string, FileFormat, object]>([
    ["tests of jest", "jest-json", jest({}, { numFailedTests: 1 })],
    ["files of vitest", "vitest-json", jest({}, { numFailedTestSuites: 1 })],
    ["CTRF", "ctrf", ctrf({}, { failed: 1 })],
    ["Playwright", "playwright-json", playwright({}, { unexpected: 1 })],
  ])("count as a failure of the run: %s", (_what, format, report) => {
    expect(read(format, report)).toEqual(["passed a", "failed (the run itself)"]);
  });

  it.each<[string, FileFormat, object]>([
    ["jest", "jest-json", jest({ status: "failed" }, { numFailedTests: 2 })],
    ["CTRF", "ctrf", ctrf({ status: "failed" }, { failed: 2 })],
    ["Playwright", "playwright-json", playwright({ status: "unexpected" }, { unexpected: 2 })],
  ])("are ignored if a test shows one: %s", (_what, format, report) => {
    expect(read(format, report)).toEqual(["failed a"]);
  });
});

describe("an error of Playwright", () => {
  const withErrors = (test: object, ...messages: string[]) => ({
    ...playwright(test),
    errors: messages.map((message) => ({ message })),
  });

  it("is a failure of the run", () => {
    expect(read("playwright-json", withErrors({}, "Error: no server"))).toEqual([
      "passed a",
      "failed (the run itself)",
    ]);
  });

  it("that there are no tests is no test that failed", () => {
    const none = { suites: [], errors: [{ message: "Error: No tests found" }] };
    expect(read("playwright-json", none)).toEqual([]);
  });

  it("that it stopped at the most failures allowed is not one more failure", () => {
    const stopped = withErrors(
      { status: "unexpected" },
      "Testing stopped early after 1 maximum allowed failures.",
    );
    expect(read("playwright-json", stopped)).toEqual(["failed a"]);
  });
});

it("puts a failure's message before its location", () => {
  const at = { file: "/p/a.ts", line: 3, column: 5 };
  const results = [{ duration: 1, errors: [{ message: "\u001b[31mno\u001b[39m", location: at }] }];
  const first = (format: FileFormat, report: object) =>
    readReport(format, JSON.stringify(report)).cases[0]?.failure;
  expect(first("playwright-json", playwright({ status: "unexpected", results }))).toBe("no\nat /p/a.ts:3:5");
  expect(first("ctrf", ctrf({ status: "failed", message: "no", filePath: "a.ts", line: 3 }))).toBe(
    "no\na.ts:3",
  );
});
