import { describe, expect, it } from "vitest";
import { readJunit } from "../../../../src/reports/formats/junit/junit.ts";

const read = (xml: string) => readJunit(xml).cases.map(({ status, name }) => `${status} ${name}`);
const passing = `<testcase name="a"/>`;

describe("what fails in a suite outside its test cases", () => {
  it.each([
    [
      "errors that it counts and does not show",
      `<testsuite name="s" errors="1">${passing}</testsuite>`,
      "s > (the suite itself)",
    ],
    [
      "failures likewise",
      `<testsuite name="s" tests="1" failures="1">${passing}</testsuite>`,
      "s > (the suite itself)",
    ],
    [
      "errors without a test case",
      `<testsuites><testsuite name="s" errors="1"/></testsuites>`,
      "s > (the suite itself)",
    ],
    [
      "errors that only the whole run counts",
      `<testsuites errors="1"><testsuite name="s">${passing}</testsuite></testsuites>`,
      "(the run itself)",
    ],
    [
      "an error that stands in it",
      `<testsuite name="s">${passing}<error message="no"/></testsuite>`,
      "s > (the suite itself)",
    ],
  ])("counts as a failure: %s", (_what, xml, name) => {
    expect(read(xml).filter((each) => each.startsWith("failed"))).toEqual([`failed ${name}`]);
  });

  it("counts once, for the innermost suite that reports it", () => {
    const xml = `<testsuites errors="1"><testsuite name="a" errors="1"><testsuite name="b" errors="1"/></testsuite></testsuites>`;
    expect(read(xml)).toEqual(["failed a > b > (the suite itself)"]);
  });

  it("is found beside a suite that shows its failure", () => {
    const shown = `<testsuite name="a" failures="1"><testcase name="t"><failure/></testcase></testsuite>`;
    const xml = `<testsuites failures="1" errors="1">${shown}<testsuite name="b" errors="1"/></testsuites>`;
    expect(read(xml)).toEqual(["failed t", "failed b > (the suite itself)"]);
  });

  it.each([
    ["a test case shows one", `<testsuite failures="3"><testcase name="t"><failure/></testcase></testsuite>`],
    [
      "a todo shows it",
      `<testsuite failures="1"><testcase name="t"><skipped type="todo"/><failure/></testcase></testsuite>`,
    ],
    [
      "a flaky test shows it",
      `<testsuite failures="1"><testcase name="t"><flakyFailure/></testcase></testsuite>`,
    ],
    [
      "it passed when it was run again",
      `<testsuite failures="1"><testcase name="t" classname="c"><failure/></testcase><testcase name="t" classname="c"/></testsuite>`,
    ],
    ["it counts none", `<testsuite failures="0" errors="0"><testcase name="t"/></testsuite>`],
    ["it counts nothing readable", `<testsuite failures="" errors="none"><testcase name="t"/></testsuite>`],
  ])("counts as nothing when %s", (_what, xml) => {
    expect(read(xml)).toHaveLength(1);
  });
});
