import fc from "fast-check";
import { expect, test } from "vitest";
import { tallyCases } from "../../src/reports/count-cases.ts";
import type { FileFormat } from "../../src/reports/format.ts";
import { readReport } from "../../src/reports/read-report.ts";
import { CoreError } from "../../src/utils/core-error.ts";
import { tries } from "../support/fuzz.ts";

const statuses = ["passed", "failed", "skipped"] as const;
interface Written {
  name: string;
  status: (typeof statuses)[number];
}

/** Tests of different names, so that none is taken for another try at one before it. */
const tests = fc.uniqueArray(
  fc.record({
    name: fc.stringMatching(/^[A-Za-z][\w $<>&"'é]{0,20}$/),
    status: fc.constantFrom(...statuses),
  }),
  { selector: ({ name }) => name.trim(), minLength: 1, maxLength: 12 },
);

const inXml = (text: string) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** Each format as its runners write it, by hand: no reader of ours has a part in it. */
const writers: Record<Exclude<FileFormat, "vitest-json">, (tests: Written[]) => string> = {
  junit: (all) => {
    const inner = { passed: "", failed: '<failure message="no"/>', skipped: "<skipped/>" };
    const cases = all.map(
      ({ name, status }) => `<testcase name="${inXml(name)}">${inner[status]}</testcase>`,
    );
    return `<?xml version="1.0"?><testsuites><testsuite name="s">${cases.join("\n")}</testsuite></testsuites>`;
  },
  tap: (all) => {
    const points = all.map(({ name, status }, index) => {
      const text = `${index + 1} - ${name.replace(/[#\\]/g, "")}`;
      return status === "failed" ? `not ok ${text}` : `ok ${text}${status === "skipped" ? " # SKIP" : ""}`;
    });
    return ["TAP version 13", `1..${all.length}`, ...points, ""].join("\n");
  },
  ctrf: (all) =>
    JSON.stringify({ results: { tests: all.map((each) => ({ ...each, duration: 1 })), summary: {} } }),
  "jest-json": (all) => {
    const assertionResults = all.map(({ name, status }) => {
      return {
        title: name,
        fullName: name,
        ancestorTitles: [],
        status: status === "skipped" ? "pending" : status,
      };
    });
    return JSON.stringify({ testResults: [{ name: "a.test.js", status: "passed", assertionResults }] });
  },
  "playwright-json": (all) => {
    const words = { passed: "expected", failed: "unexpected", skipped: "skipped" };
    const ends = { passed: "passed", failed: "failed", skipped: "skipped" };
    const specs = all.map(({ name, status }) => {
      const results = [{ status: ends[status], duration: 1, retry: 0 }];
      return {
        title: name,
        file: "a.spec.ts",
        line: 1,
        tests: [{ projectName: "", status: words[status], results }],
      };
    });
    return JSON.stringify({ suites: [{ title: "a.spec.ts", file: "a.spec.ts", specs }], errors: [] });
  },
};

const formats = fc.constantFrom("junit", "tap", "ctrf", "jest-json", "playwright-json");

test("counts exactly what was written into a report", () => {
  fc.assert(
    fc.property(formats, tests, (format, all) => {
      const count = (status: string) => all.filter((each) => each.status === status).length;
      const expected = {
        passed: count("passed"),
        failed: count("failed"),
        skipped: count("skipped"),
        flaky: 0,
      };
      expect(tallyCases(readReport(format, writers[format](all)))).toEqual(expected);
    }),
    tries(200),
  );
});

/** How a text may be damaged: a part is cut out, doubled, or replaced. */
const damage = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 0, max: 60 }),
  put: fc.oneof(
    fc.constant(""),
    fc.string({ unit: "binary", maxLength: 8 }),
    fc.constantFrom("<", "]]>", "{", '"', "\n", "#", "ok "),
  ),
});

/** The most tests that a text can tell of, by the words that each one takes. */
const words: Record<keyof typeof writers, RegExp> = {
  junit: /<testcase\b/g,
  tap: /\bok\b/g,
  ctrf: /"status"\s*:/g,
  "jest-json": /"status"\s*:/g,
  "playwright-json": /"status"\s*:/g,
};

test("refuses a damaged report, or counts no more passes than it contains", () => {
  fc.assert(
    fc.property(formats, tests, fc.array(damage, { minLength: 1, maxLength: 4 }), (format, all, damages) => {
      const text = damages.reduce((before, { at, length, put }) => {
        const place = Math.floor(at * before.length);
        return before.slice(0, place) + put + before.slice(place + length);
      }, writers[format](all));
      try {
        const { passed } = tallyCases(readReport(format, text));
        expect(passed).toBeLessThanOrEqual([...text.matchAll(words[format])].length);
      } catch (error) {
        if (!(error instanceof CoreError)) throw error;
        expect(error.code).toBe("report_unreadable");
      }
    }),
    tries(200),
  );
});
