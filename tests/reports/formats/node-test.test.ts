import { describe, expect, it } from "vitest";
import { countCases } from "../../../src/reports/count-cases.ts";
import { readReport } from "../../../src/reports/read-report.ts";
import { readFixture } from "../fixtures.ts";

/** Of a project with a helper beside its tests and an empty group, neither of which is a test. */
const nodeCases = [
  "failed broken.test.js",
  "passed adds",
  "failed refuses <1>",
  "skipped ships",
  "skipped pays later",
  "passed totals > sums",
  "passed totals > deep > sums",
];

describe.each([20, 22, 24])("a report of node:test on Node %i", (version) => {
  const read = (name: string) =>
    readReport(name.endsWith(".tap") ? "tap" : "junit", readFixture(name), "/project").cases;

  it("has no case for a file or a group without a test, as TAP", () => {
    const cases = read(`node${version}.tap`);
    expect(cases.map(({ status, name }) => `${status} ${name}`)).toEqual(nodeCases);
  });

  it("has no case for a file without a test, as JUnit", () => {
    const cases = read(`node${version}.junit.xml`);
    // An empty group among tests cannot be told from a test there.
    expect(cases.map(({ status, name }) => `${status} ${name}`)).toEqual([...nodeCases, "passed empty"]);
  });

  it.each(["tap", "junit.xml"])("puts a failure's message before its location, as %s", (format) => {
    const failure = read(`node${version}.${format}`).find(({ name }) => name === "refuses <1>")?.failure;
    expect(failure).toMatch(/^<1> is not refused\n[\s\S]*\(\/project\/cart\.test\.js:4:34\)/);
    expect(failure).not.toContain("node:internal/test_runner/test:526");
  });

  it("says why a file did not load", () => {
    const failure = read(`node${version}.tap`)[0]?.failure;
    expect(failure).toMatch(/^Error: Cannot find module '\.\/nowhere'\n/);
    expect(failure).toContain("/project/broken.test.js:1:1");
  });
});

describe("a report of node:test without a test", () => {
  const footer = (pass: number) => `<!-- suites 1 --><!-- pass ${pass} --><!-- cancelled 0 -->`;
  const empty = `<testcase name="group" classname="test"/>`;

  it.each([
    [
      "as TAP",
      "tap",
      "TAP version 13\n# Subtest: group\nok 1 - group\n  ---\n  duration_ms: 1\n  type: 'suite'\n  ...\n1..1\n",
    ],
    [
      "of a file, as TAP",
      "tap",
      "TAP version 13\nok 1 - test/helper.mjs\n  ---\n  duration_ms: 1\n  ...\n1..1\n",
    ],
    ["of a subtest, as TAP", "tap", "TAP version 14\n# Subtest: a\n    1..0\nok 1 - a\n1..1\n"],
    ["as JUnit", "junit", `<testsuites>${empty}${footer(0)}</testsuites>`],
  ] as const)("has no case: %s", (_what, format, text) => {
    expect(readReport(format, text).cases).toEqual([]);
  });

  it("counts a test named like a file, in a group or in another runner's report", () => {
    const inGroup = `<testsuites><testsuite name="lints">${empty.replace("group", "a.js")}</testsuite>${footer(1)}</testsuites>`;
    expect(countCases(readReport("junit", inGroup))).toEqual({ passed: 1, failed: 0 });
    expect(countCases(readReport("tap", "ok 1 - a.js\n1..1\n"))).toEqual({ passed: 1, failed: 0 });
  });
});
