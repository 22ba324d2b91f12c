import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createRedactor } from "../../../../src/runs/redaction/redact.ts";
import { readReportFiles } from "../../../../src/runs/suite/report/read-files.ts";
import { temporaryFolder } from "../../../support/machine/temporary.ts";

const suite = (...cases: string[]) => `<testsuite>${cases.join("")}</testsuite>`;
const passed = (name: string) => `<testcase name="${name}" classname="Shop"/>`;
const failed = (name: string) =>
  `<testcase name="${name}" classname="Shop"><failure message="no"/></testcase>`;

/** As Surefire writes a test that passed when it ran it again. */
const flaky = `<testcase name="a" classname="Shop"><flakyFailure message="first"/></testcase>`;

/** As PHPUnit 9 writes a test without assertions. */
const risky = `<testcase name="a" classname="Shop"><error type="PHPUnit\\Framework\\RiskyTestError">none</error></testcase>`;

/** Reads files, in the order given, as one report. */
async function read(
  files: Record<string, string>,
  {
    exitCode = 1,
    secrets = [],
    root = "/shop",
  }: { exitCode?: number; secrets?: string[]; root?: string } = {},
) {
  const folder = await temporaryFolder();
  const listed = Object.keys(files).map((name) => ({ name, path: join(folder, name) }));
  for (const { name, path } of listed) await writeFile(path, files[name] ?? "");
  const report = await readReportFiles("junit", listed, exitCode, {
    redactor: createRedactor(secrets),
    root,
  });
  return { ...report, tests: report.cases.map(({ name, status }) => `${name} ${status}`) };
}

describe("the files of a report", () => {
  it("count together, and the first with a failure has the details", async () => {
    const { tests, details } = await read({
      "a.xml": suite(passed("a")),
      "b.xml": suite(failed("b")),
      "c.xml": suite(failed("c")),
    });
    expect(tests).toEqual(["Shop.a passed", "Shop.b failed", "Shop.c failed"]);
    expect(details).toBe("b.xml");
  });

  it("have their details in the first if nothing failed", async () => {
    const files = { "a.xml": suite(passed("a")), "b.xml": suite(passed("b")) };
    expect((await read(files, { exitCode: 0 })).details).toBe("a.xml");
  });

  it("are read without what is no report among them", async () => {
    const files = {
      "testng-results.xml": "<testng-results/>",
      "a.xml": suite(passed("a")),
      "pom.xml": "<project/>",
    };
    expect((await read(files, { exitCode: 0 })).tests).toEqual(["Shop.a passed"]);
  });

  it("are unreadable as a whole if one is cut off, which is named", async () => {
    const files = { "a.xml": suite(passed("a")), "b.xml": suite(passed("b")).slice(0, 30) };
    await expect(read(files)).rejects.toMatchObject({
      code: "report_unreadable",
      message: expect.stringMatching(/^b\.xml: The report is not valid JUnit XML/),
    });
  });

  it("are explained by the first if none of them is one", async () => {
    await expect(read({ "pom.xml": "<project/>", "x.xml": "<x/>" })).rejects.toMatchObject({
      message: expect.stringMatching(/^pom\.xml: .*<project>/),
    });
  });

  it("do not exist without files", async () => {
    expect(await read({})).toEqual({ cases: [], tests: [], details: undefined });
  });
});

describe("a test that passed when it was run again", () => {
  const again = suite(failed("a"), passed("a"));
  it.each<[string, Record<string, string>, number, string[]]>([
    ["is flaky if the suite passed", { "a.xml": again }, 0, ["Shop.a flaky"]],
    [
      "is flaky if a test of another file explains the failure",
      { "a.xml": again, "b.xml": suite(failed("b")) },
      1,
      ["Shop.a flaky", "Shop.b failed"],
    ],
    [
      "has failed if nothing else explains that the suite did",
      { "a.xml": again, "b.xml": suite(passed("b")) },
      1,
      ["Shop.a failed", "Shop.a passed", "Shop.b passed"],
    ],
    [
      "is flaky if its attempts are in two files of Surefire",
      { "TEST-Shop$Empty.xml": suite(failed("a")), "TEST-Shop.xml": suite(passed("a")) },
      0,
      ["Shop.a flaky"],
    ],
    [
      "is another test if its name is in two other files",
      { "a.xml": suite(failed("a")), "b.xml": suite(passed("a")) },
      1,
      ["Shop.a failed", "Shop.a passed"],
    ],
    [
      "has failed if the suite did for a test that is only flaky",
      { "a.xml": suite(flaky) },
      1,
      ["Shop.a failed"],
    ],
    ["is flaky if its report says so and the suite passed", { "a.xml": suite(flaky) }, 0, ["Shop.a flaky"]],
    ["has passed if it is only risky and the suite passed", { "a.xml": suite(risky) }, 0, ["Shop.a passed"]],
    [
      "has failed if it is risky and nothing else explains that the suite did",
      { "a.xml": suite(risky, passed("b")) },
      1,
      ["Shop.a failed", "Shop.b passed"],
    ],
  ])("%s", async (_what, files, exitCode, tests) => {
    expect((await read(files, { exitCode })).tests).toEqual(tests);
  });
});

describe("what a report says", () => {
  it("contains no secret, in names and failures, however that is escaped", async () => {
    const secret = `pa"55<word>`;
    const report = suite(
      `<testcase name="logs in with pa&quot;55&lt;word&gt;"><failure>pa&quot;55&lt;word&gt;</failure></testcase>`,
    );
    const { cases } = await read({ "a.xml": report }, { secrets: [secret] });
    expect(cases).toMatchObject([{ name: "logs in with [redacted]", failure: "[redacted]" }]);
  });

  it("names files as they are in any worktree", async () => {
    const report = suite(
      `<testcase name="a" file="/shop/own/src/a.ts"/><testcase name="b" file="/other/b.ts"/>`,
    );
    const { cases } = await read({ "a.xml": report }, { root: "/shop/own" });
    expect(cases.map(({ file }) => file)).toEqual(["src/a.ts", "/other/b.ts"]);
  });
});
