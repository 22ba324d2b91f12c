import { expect, test } from "vitest";
import { planSchema } from "../../schemas/plan/plan.ts";
import { parseAs } from "../../src/utils/parse.ts";

const suite = { command: ["npm", "test"], report: { format: "exit-code" } };

function refusal(plan: unknown): string {
  try {
    parseAs(planSchema, plan, { code: "invalid_plan", subject: "plan.json", hint: "" });
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
  return "accepted";
}

test.each([
  [
    "a command as text",
    { suites: { api: { ...suite, command: "npm test" } } },
    /^plan\.json: suites\.api\.command: expected an array such as \["vitest",.*\], got a string$/,
  ],
  [
    "a missing report",
    { suites: { api: { command: ["a"] } } },
    /^plan\.json: suites\.api\.report: expected an object such as \{"format":"junit","path":"junit\.xml"\}, got nothing$/,
  ],
  [
    "a missing path of a report",
    { suites: { api: { ...suite, report: { format: "tap" } } } },
    /suites\.api\.report\.path: expected a string \(suites\.api\.report as in \{"format":"junit"/,
  ],
  [
    "an unknown format",
    { suites: { api: { ...suite, report: { format: "xml" } } } },
    /suites\.api\.report\.format: expected one of "exit-code", "junit", .*"ctrf"/,
  ],
  [
    "an unknown choice",
    { suites: { api: suite }, missing_parent: "ignore" },
    /missing_parent: expected one of "refuse", "use_default"/,
  ],
  [
    "a misspelled key",
    { suite: { api: suite } },
    /unknown key "suite"\. Did you mean "suites"\? \(known keys: \$schema, .*suites.*\)/,
  ],
  [
    "a misspelled key of a suite",
    { suites: { api: { ...suite, timout: 3 } } },
    /suites\.api: unknown key "timout"\. Did you mean "timeout_seconds"\?/,
  ],
  [
    "a key of another kind of report",
    { suites: { api: { ...suite, report: { format: "exit-code", path: "x" } } } },
    /suites\.api\.report: unknown key "path" \(known keys: format\)$/,
  ],
  [
    "a setup as text",
    { suites: { api: suite }, setup: "npm run x" },
    /setup: expected an array or an object such as \[/,
  ],
  [
    "a number in a command",
    { suites: { api: suite }, setup: ["npm", 3] },
    /^plan\.json: setup\.1: expected a string such as \["npm","test"\], got a number$/,
  ],
  [
    "a step without a command",
    { suites: { api: suite }, setup: [["npm"], { comand: ["x"] }] },
    /setup\.1\.command: expected an array .*; setup\.1: unknown key "comand"\. Did you mean "command"\?/,
  ],
  ["a tag in capitals", { suites: { API: suite } }, /suites\.API: a tag must start with a lower-case letter/],
  [
    "a fixed variable",
    { suites: { api: suite }, env: { PGHOST: "x" } },
    /env\.PGHOST: PGHOST is set from the/,
  ],
  [
    "another database",
    { suites: { api: suite }, env: { DATABASE_URL: "x" } },
    /env\.DATABASE_URL: it must be made/,
  ],
  [
    "a folder above",
    { suites: { api: { ...suite, cwd: "../x" } } },
    /suites\.api\.cwd: cwd must be a relative path/,
  ],
  ["a plan that is not an object", [], /^plan\.json: expected an object, got an array$/],
])("names the path and the expected value of %s", (_what, plan, message) => {
  expect(refusal(plan)).toMatch(message);
});

test("describes each of many faults in full, and counts those beyond a page", () => {
  const suites = (count: number) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`s${index}`, { ...suite, command: "x" }]),
    );
  const twenty = refusal({ suites: suites(20) });
  expect(twenty.match(/expected an array such as .*?, got a string/g)).toHaveLength(20);
  const thousand = refusal({ suites: suites(1_000) });
  expect(thousand.length).toBeLessThan(7_000);
  expect(thousand).toMatch(/got a string; and \d+ more$/);
});

test("keeps user input from filling a page", () => {
  const long = "x".repeat(100_000);
  const keys = Object.fromEntries(
    Array.from({ length: 10_000 }, (_, index) => [`${long.slice(0, 50)}${index}`, 1]),
  );
  for (const plan of [
    { [long]: 1 },
    { suites: { [long]: suite } },
    { suites: { api: { ...suite, ...keys } } },
  ]) {
    expect(refusal(plan).length).toBeLessThan(5_000);
  }
});

test("a number too large for JavaScript is named as what it became", () => {
  const refuse = () =>
    parseAs(planSchema, JSON.parse('{"ports":1e999}'), {
      code: "invalid_plan",
      subject: "plan.json",
      hint: "",
    });
  expect(refuse).toThrow(/ports: expected .*, got Infinity/);
});
