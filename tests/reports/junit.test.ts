import { describe, expect, it } from "vitest";
import { readJunit } from "../../src/reports/junit.ts";
import { CoreError } from "../../src/utils/core-error.ts";

const suite = (inner: string, attributes = "") =>
  `<?xml version="1.0"?><testsuites><testsuite name="s" ${attributes}>${inner}</testsuite></testsuites>`;

const first = (xml: string) => readJunit(xml).cases[0];

describe("readJunit", () => {
  it.each([
    ["passed", `<testcase name="t"/>`],
    ["failed", `<testcase name="t"><failure/></testcase>`],
    ["failed", `<testcase name="t"><error/></testcase>`],
    ["skipped", `<testcase name="t"><skipped/></testcase>`],
    ["skipped", `<testcase name="t" status="notrun"/>`],
    ["flaky", `<testcase name="t"><flakyFailure/></testcase>`],
    ["failed", `<testcase name="t"><failure/><rerunFailure/></testcase>`],
    ["failed", `<testcase name="t"><skipped/><failure/></testcase>`],
  ])("reads %s from %s", (status, xml) => {
    expect(first(suite(xml))?.status).toBe(status);
  });

  it("counts cases, whatever the suite claims", () => {
    const report = readJunit(suite(`<testcase name="a"/>`, `tests="500" failures="0"`));
    expect(report.cases).toHaveLength(1);
  });

  it.each([
    ["src/cart.test.ts", "cart > adds", { name: "cart > adds", file: "src/cart.test.ts" }],
    ["tests.test_cart.TestCart", "test_adds", { name: "tests.test_cart.TestCart.test_adds" }],
    ["cart adds", "cart adds", { name: "cart adds" }],
    ["example.com/shop/cart", "TestAdds", { name: "example.com/shop/cart.TestAdds" }],
    ["", "adds", { name: "adds" }],
  ])("tells a class from a file: %s", (classname, name, expected) => {
    const found = first(suite(`<testcase classname="${classname}" name="${name.replace(">", "&gt;")}"/>`));
    expect(found).toEqual({ ...expected, status: "passed" });
  });

  it("tells tests of node:test apart by the suites around them", () => {
    const works = `<testcase name="works" classname="test"/>`;
    const xml = `<testsuites><testsuite name="create">${works}<testsuite name="deep">${works}</testsuite></testsuite>${works}</testsuites>`;
    expect(readJunit(xml).cases.map((each) => each.name)).toEqual([
      "create > works",
      "create > deep > works",
      "works",
    ]);
  });

  it("takes the file from the test case, then from the suite around it", () => {
    const xml = suite(`<testcase name="a" file="own.py"/><testcase name="b"/>`, `file="suite.py"`);
    expect(readJunit(xml).cases.map((each) => each.file)).toEqual(["own.py", "suite.py"]);
  });

  it.each([
    ["0.004", 4],
    ["1,234.5", 1_234_500],
    ["NaN", undefined],
    ["-1", undefined],
  ])("reads the time %s", (time, expected) => {
    expect(first(suite(`<testcase name="t" time="${time}"/>`))?.duration_ms).toBe(expected);
  });

  it("keeps the message and the first lines of a failure, without colours", () => {
    const body = `<![CDATA[\u001b[31mat line <1>\u001b[39m\n${"more\n".repeat(50)}]]>`;
    const failure = first(
      suite(`<testcase name="t"><failure message="a &lt; b">${body}</failure></testcase>`),
    );
    expect(failure?.failure?.split("\n").slice(0, 3)).toEqual(["a < b", "at line <1>", "more"]);
    expect(failure?.failure?.split("\n")).toHaveLength(12);
  });

  it.each([
    ["nothing", ""],
    ["a web page", "<html></html>"],
    ["a report that was cut off", `<testsuites><testsuite><testcase name="t"/>`],
    ["JSON", `{"testResults": []}`],
    [
      "entities of its own",
      `<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]>${suite('<testcase name="&b;"/>').slice(21)}`,
    ],
    [
      "an external entity",
      `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><testsuites><testcase name="t"><failure>&e;</failure></testcase></testsuites>`,
    ],
  ])("refuses %s", (_what, text) => {
    const read = () => readJunit(text);
    expect(read).toThrow(CoreError);
    expect(read).toThrow(expect.objectContaining({ code: "report_unreadable" }));
  });
});
