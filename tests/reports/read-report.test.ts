import { describe, expect, it } from "vitest";
import { countCases } from "../../src/reports/count-cases.ts";
import type { FileFormat } from "../../src/reports/format.ts";
import { readReport } from "../../src/reports/read-report.ts";
import { CoreError } from "../../src/utils/core-error.ts";
import { fixtures, readFixture } from "./fixtures.ts";

describe("readReport", () => {
  it.each(fixtures)("reads %s as %s", (name, format, expected) => {
    const { cases } = readReport(format, readFixture(name), "/project");
    expect(cases.map(({ status, file, name }) => `${status} ${file ? `${file}: ` : ""}${name}`)).toEqual(
      expected,
    );
  });

  it.each(fixtures.filter(([name]) => !name.startsWith("gotestsum")))(
    "keeps the first lines of a failure in %s",
    (name, format) => {
      const failures = readReport(format, readFixture(name)).cases.filter((each) => each.status === "failed");
      const lines = failures.map((each) => each.failure ?? "").join("\n");
      expect(lines).toMatch(/<1>|Cannot find module/);
      expect(lines).not.toContain("\u001b");
    },
  );

  it("counts flaky and skipped cases as neither passed nor failed", () => {
    expect(countCases(readReport("playwright-json", readFixture("playwright.json")))).toEqual({
      passed: 5,
      failed: 2,
    });
  });

  it("keeps the path of a file outside the root", () => {
    const report = readReport("vitest-json", readFixture("vitest.json"), "/project/apps");
    expect(report.cases[0]?.file).toBe("/project/broken.test.ts");
  });

  it.each(fixtures)("refuses the first half of %s, or counts fewer passes", (name, format) => {
    const text = readFixture(name);
    const whole = countCases(readReport(format, text));
    const read = () => countCases(readReport(format, text.slice(0, text.length / 2)));
    if (format !== "tap") return expect(read).toThrow(expect.objectContaining({ code: "report_unreadable" }));
    // A stream has no end mark but its plan, which a cut loses.
    expect(read().failed).toBeGreaterThan(0);
    expect(read().passed).toBeLessThan(whole.passed);
  });

  it.each<[FileFormat, string]>([
    ["junit", "{}"],
    ["vitest-json", "<testsuites/>"],
    ["jest-json", "[]"],
    ["playwright-json", `{"suites": 1}`],
    ["ctrf", `{"results": {"tests": [{"name": "a", "status": "great", "duration": 1}]}}`],
    ["tap", "listening on port 3000\n"],
    ["tap", ""],
  ])("does not read as %s: %s", (format, text) => {
    const read = () => readReport(format, text);
    expect(read).toThrow(CoreError);
    expect(read).toThrow(expect.objectContaining({ code: "report_unreadable" }));
  });

  it("accepts a byte order mark", () => {
    expect(readReport("junit", `\uFEFF<testsuites/>`).cases).toEqual([]);
  });
});
