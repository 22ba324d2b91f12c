import { utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { commandSuiteSchema } from "../../../schemas/plan/suite.ts";
import type { CommandEnd } from "../../../src/runs/command/command.ts";
import { createRedactor } from "../../../src/runs/redaction/redact.ts";
import { judgeSuite } from "../../../src/runs/suite/evidence.ts";
import { watchReport } from "../../../src/runs/suite/report/report-files.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";

const passing =
  '<testsuite name="s"><testcase name="a" classname="s"/><testcase name="b" classname="s"/></testsuite>';
const failing =
  '<testsuite name="s"><testcase name="a"/><testcase name="b"><failure message="no"/></testcase></testsuite>';

/** A report that says that its tests ran that long after now, in milliseconds. */
const dated = (later: number) =>
  passing.replace(" name", ` timestamp="${new Date(Date.now() + later).toISOString()}" name`);

async function judge({
  report,
  end = {},
  format = "junit",
  age = 0,
}: {
  report?: string | Buffer;
  end?: Partial<CommandEnd>;
  format?: string;
  age?: number;
}) {
  const directory = await temporaryFolder();
  const path = join(directory, "report");
  const find = await watchReport(
    { path: "report", extension: ".xml" },
    [{ name: "ARTIFACTS_DIR", directory }],
    new AbortController().signal,
  );
  if (report !== undefined) await writeFile(path, report);
  const startedAt = Date.now();
  if (age > 0) await utimes(path, new Date(startedAt - age), new Date(startedAt - age));
  const spec = format === "exit-code" ? { format } : { format, path: "report" };
  const suite = commandSuiteSchema.parse({ command: ["x"], report: spec, timeout_seconds: 7 });
  const ended: CommandEnd = { exitCode: 0, stoppedBy: null, startedAt, durationMs: 1, ...end };
  return judgeSuite({
    tag: "api",
    suite,
    end: ended,
    report: await find(ended),
    codeDirectory: directory,
    redactor: createRedactor([]),
    reader: {
      launch: [],
      signal: new AbortController().signal,
      watchdog: { watch: () => {}, release: () => {} },
    },
  });
}

test("counts a report with tests that agrees with the exit status as evidence", async () => {
  expect(await judge({ report: passing })).toMatchObject({
    state: "evidence",
    outcome: { passed: 2, failed: 0 },
  });
  expect(await judge({ report: failing, end: { exitCode: 1 } })).toMatchObject({
    state: "evidence",
    outcome: { passed: 1, failed: 1 },
  });
});

test("counts a report of tests that ran while the suite did, even if the clock was set back meanwhile", async () => {
  expect(await judge({ report: dated(0) })).toMatchObject({ state: "evidence" });
  const end = { startedAt: Date.now() + 3_600_000 };
  expect(await judge({ report: dated(0), end })).toMatchObject({ state: "evidence" });
});

test("counts a test that passed on a retry as flaky if the suite succeeded or another test failed", async () => {
  const again =
    '<testcase name="t" classname="com.shop.Cart"><failure/></testcase><testcase name="t" classname="com.shop.Cart"/>';
  const other = '<testcase name="u" classname="com.shop.Cart"><failure/></testcase>';
  expect(await judge({ report: `<testsuite>${again}</testsuite>` })).toMatchObject({
    outcome: { passed: 0, failed: 0 },
    flaky: 1,
  });
  expect(
    await judge({ report: `<testsuite>${again}${other}</testsuite>`, end: { exitCode: 1 } }),
  ).toMatchObject({ outcome: { passed: 0, failed: 1 }, flaky: 1 });
  expect(await judge({ report: `<testsuite>${again}</testsuite>`, end: { exitCode: 1 } })).toMatchObject({
    outcome: { passed: 1, failed: 1 },
    flaky: 0,
  });
});

test("reads a report in another encoding by its mark or declaration", async () => {
  const names = async (report: Buffer) => (await judge({ report })).cases.map(({ name }) => name);
  const xml = '<testsuite><testcase name="für"/></testsuite>';
  expect(await names(Buffer.from(`\ufeff${xml}`, "utf16le"))).toEqual(["für"]);
  const latin = Buffer.from(`<?xml version="1.0" encoding="ISO-8859-1"?>${xml}`, "latin1");
  expect(await names(latin)).toEqual(["für"]);
});

test("counts an exit status as one test", async () => {
  expect(await judge({ format: "exit-code" })).toMatchObject({ outcome: { passed: 1, failed: 0 } });
  expect(await judge({ format: "exit-code", end: { exitCode: 2 } })).toMatchObject({
    outcome: { passed: 0, failed: 1 },
  });
});

test("counts failures if the exit status is their number, even one that also stands for a signal", async () => {
  const cases = '<testcase name="a"><failure/></testcase>'.repeat(130);
  expect(await judge({ report: `<testsuite>${cases}</testsuite>`, end: { exitCode: 130 } })).toMatchObject({
    outcome: { passed: 0, failed: 130 },
  });
});

describe("is not evidence, and never a pass", () => {
  test.each([
    [
      "a missing report",
      { end: { exitCode: 2 } },
      /^its report report is missing: it was looked for in ARTIFACTS_DIR, exit status 2$/,
    ],
    [
      "a report that is cut off",
      { report: passing.slice(0, 60) },
      /cannot be read, exit status 0: report: .*line/,
    ],
    ["an empty report", { report: "" }, /cannot be read/],
    [
      "no tests collected",
      { report: '<testsuites tests="0"></testsuites>', end: { exitCode: 5 } },
      /^no tests were collected: its report report, a file in ARTIFACTS_DIR, has none, exit status 5$/,
    ],
    [
      "only skipped tests",
      { report: '<testsuite><testcase name="a"><skipped/></testcase></testsuite>' },
      /^no tests were collected \(1 skipped\): .*, exit status 0$/,
    ],
    [
      "errors that stand on a suite alone",
      { report: `${passing.slice(0, 10)} errors="1"${passing.slice(10)}` },
      /counts 1 failed.*status 0/,
    ],
    [
      "a report of tests that ran before the suite started",
      { report: dated(-60_000) },
      /^its report report is not of this run: by report, its tests ran before .*T.*Z\./,
    ],
    ["an older report", { report: passing, age: 60_000 }, /older/],
    [
      "all passed but the exit status",
      { report: passing, end: { exitCode: 1 } },
      /counts 0 failed.*status 1/,
    ],
    ["a failure but the exit status", { report: failing }, /counts 1 failed.*status 0/],
    ["a timeout", { report: passing, end: { stoppedBy: "timeout" as const } }, /exceeded its limit of 7 s/],
    [
      "a cancelled run",
      { report: passing, end: { stoppedBy: "cancel" as const } },
      /stopped together with its run/,
    ],
    ["a killed process", { report: passing, end: { exitCode: null } }, /killed/],
    ["a killed child", { format: "exit-code", end: { exitCode: 137 } }, /137 .* killed by SIGKILL/],
    ["a killed child's report", { report: failing, end: { exitCode: 143 } }, /143 .* killed by SIGTERM/],
    [
      "a killed child's report that is cut off",
      { report: "TAP version 13\nok 1 - a\n", format: "tap", end: { exitCode: 137 } },
      /killed by SIGKILL/,
    ],
    ["a killed process without a report", { format: "exit-code", end: { exitCode: null } }, /killed/],
  ])("%s", async (_what, input, reason) => {
    const verdict = await judge(input);
    expect(verdict).toMatchObject({ state: "no_evidence", reason: expect.stringMatching(reason) });
    expect(verdict).not.toHaveProperty("outcome");
  });
});
