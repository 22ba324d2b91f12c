import { describe, expect, it } from "vitest";
import { isJunit, readJunit } from "../../../../src/reports/formats/junit/junit.ts";
import { CoreError } from "../../../../src/utils/core-error.ts";

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
    ["skipped", `<testcase name="t" failure="no"><skipped type="todo"/><failure message="no"/></testcase>`],
    ["skipped", `<testcase name="t"><ignored/></testcase>`],
    ["skipped", `<testcase name="t"><disabled/></testcase>`],
    ["skipped", `<testcase name="t"><warning>No tests found in class</warning></testcase>`],
    ["skipped", `<testcase name="t" status="SKIPPED"/>`],
    ["skipped", `<testcase name="t" status="ignored"/>`],
    ["skipped", `<testcase name="t" status="pending"/>`],
    ["skipped", `<testcase name="t" status="disabled"><system-out>Disabled</system-out></testcase>`],
    ["skipped", `<testcase name="t" status="run" result="skipped"/>`],
    ["skipped", `<testcase name="t" status="notrun" result="suppressed"/>`],
    ["skipped", `<testcase name="t" skipped="true"/>`],
    ["skipped", `<testcase name="t" executed="False"/>`],
    ["skipped", `<testcase name="t" enabled="false"/>`],
    ["skipped", `<testcase name="t" todo="1"/>`],
    ["skipped", `<testcase name="t" outcome="NotExecuted"/>`],
    ["skipped", `<testcase name="t" result="Inconclusive"/>`],
    ["skipped", `<testcase name="t" status="untested"/>`],
    ["flaky", `<testcase name="t" flaky="true"/>`],
    ...["KO", "NOK", "not ok", "err", "hung", "stopped"].map((word) => [
      "failed",
      `<testcase name="t" status="${word}"/>`,
    ]),
    ["passed", `<testcase name="t" status="OK"/>`],
    ["flaky", `<testcase name="t" status="flaky"/>`],
    ["failed", `<testcase name="t" flaky="true" passed="false"/>`],
    ["failed", `<testcase name="t" Result="Error"/>`],
    ["failed", `<testcase name="t" state="timeout"/>`],
    ["failed", `<testcase name="t" outcome="Aborted"/>`],
    ["failed", `<testcase name="t" errors="1"/>`],
    ["passed", `<testcase name="t" executed="True" success="True"/>`],
    ["passed", `<testcase name="t" flaky="false" disabled="0" failed="no"/>`],
    ["passed", `<testcase name="t" status=""/>`],
    ["failed", `<testcase name="t" status="failed"/>`],
    ["failed", `<testcase name="t" status="FAILED"><skipped/></testcase>`],
    ["failed", `<testcase name="t" status="error"/>`],
    ["failed", `<testcase name="t" status="fail"><failure message=""/></testcase>`],
    ["failed", `<testcase name="t" result="failed"/>`],
    ["failed", `<testcase name="t" result="interrupted"/>`],
    ["failed", `<testcase name="t" status="timed out"/>`],
    ["failed", `<testcase name="t" success="False"/>`],
    ["failed", `<testcase name="t"><rerunFailure/></testcase>`],
    ["passed", `<testcase name="t" status="run" result="completed"/>`],
    ["passed", `<testcase name="t" status="passed" errors="0" failures="0" skipped="false"/>`],
    ["passed", `<testcase name="t"><properties/><system-out>failed</system-out></testcase>`],
  ])("reads %s from %s", (status, xml) => {
    expect(first(suite(xml))?.status).toBe(status);
  });

  it.each([
    ["0.004", 4],
    ["12", 12_000],
    ["1,234.5", 1_234_500],
    ["1,234", 1_234_000],
    ["1,234,567.25", 1_234_567_250],
    ["0,004", 4],
    ["12,5", 12_500],
    ["1.5e-3", 1.5],
    ["0.250s", 250],
    ["", undefined],
    ["-1", undefined],
    ["NaN", undefined],
    ["1e999", undefined],
  ])("reads %j seconds as %s milliseconds", (time, expected) => {
    expect(first(suite(`<testcase name="t" time="${time}"/>`))?.duration_ms).toBe(expected);
  });

  it("counts cases, whatever the suite's attributes say", () => {
    const report = readJunit(suite(`<testcase name="a"/>`, `tests="500" failures="0"`));
    expect(report.cases).toHaveLength(1);
  });

  it.each([
    ["src/cart.test.ts", "cart > adds", { name: "cart > adds", file: "src/cart.test.ts" }],
    ["tests.test_cart.TestCart", "test_adds", { name: "tests.test_cart.TestCart.test_adds" }],
    ["test_a", "test_adds", { name: "test_a.test_adds" }],
    ["cart adds", "cart adds", { name: "cart adds" }],
    ["cart", "cart adds", { name: "cart adds" }],
    ["example.com/shop/cart", "TestAdds", { name: "example.com/shop/cart.TestAdds" }],
    ["", "adds", { name: "adds" }],
  ])("distinguishes a class from a file: %s", (classname, name, expected) => {
    const found = first(suite(`<testcase classname="${classname}" name="${name.replace(">", "&gt;")}"/>`));
    expect(found).toEqual({ ...expected, status: "passed" });
  });

  it("distinguishes the packages of Go that do not build", () => {
    const build = `<properties><property name="go.version" value="go1"/></properties><testcase classname="" name="TestMain"><failure/></testcase>`;
    const xml = `<testsuites><testsuite name="example.com/a">${build}</testsuite><testsuite name="example.com/b">${build}</testsuite></testsuites>`;
    expect(readJunit(xml).cases.map((each) => each.name)).toEqual([
      "example.com/a.TestMain",
      "example.com/b.TestMain",
    ]);
  });

  it("distinguishes tests of node:test by the suites around them", () => {
    const works = `<testcase name="works" classname="test"/>`;
    const xml = `<testsuites><testsuite name="create">${works}<testsuite name="deep">${works}</testsuite></testsuite>${works}</testsuites>`;
    expect(readJunit(xml).cases.map((each) => each.name)).toEqual([
      "create > works",
      "create > deep > works",
      "works",
    ]);
  });

  it("names tests of node:test the same on every version", () => {
    const inner = (classname: string) => `<testcase name="works" classname="${classname}"/>`;
    const nest = (classname: string) =>
      `<testsuites><testsuite name="create"><testsuite name="deep">${inner(classname)}</testsuite></testsuite><!-- suites 2 --><!-- pass 1 --><!-- cancelled 0 --></testsuites>`;
    expect(readJunit(nest("deep"))).toEqual(readJunit(nest("test")));
  });

  it("distinguishes tests with the same name in two projects by the hosts of their suites", () => {
    const inProject = (project: string, inner = "") =>
      `<testsuite name="cart.spec.ts" hostname="${project}"><testcase name="fits" classname="cart.spec.ts">${inner}</testcase></testsuite>`;
    const xml = `<testsuites>${inProject("desktop", "<failure/>")}${inProject("phone")}</testsuites>`;
    expect(readJunit(xml).cases.map(({ status, name }) => `${status} ${name}`)).toEqual([
      "failed [desktop] fits",
      "passed [phone] fits",
    ]);
    expect(readJunit(`<testsuites>${inProject("vm-1")}</testsuites>`).cases[0]?.name).toBe("fits");
  });

  it("uses the class if a test has no name", () => {
    const broken = first(suite(`<testcase name="" classname="com.shop.CartTest"><error/></testcase>`));
    expect(broken?.name).toBe("com.shop.CartTest");
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
    ["raw control characters", "\u001b[31mno\u0008 \u0000way", "no  way"],
    ["references to them", "&#27;[31mno&#x1b;[39m&#8;&#x0; way", "no  way"],
    ["references to half characters", "&#xD83D;&#xDE00;", "\u{1f600}"],
    ["references beyond all characters", "&#x110000;&#99999999999;", "\ufffd\ufffd"],
    ["references to allowed ones", "&#60;&#x41;&#10;b", "<A\nb"],
  ])("reads %s", (_what, written, expected) => {
    const inText = first(suite(`<testcase name="t"><failure>${written}</failure></testcase>`));
    const inAttribute = first(suite(`<testcase name="t"><failure message="${written}"/></testcase>`));
    expect(inText?.failure?.replace(/ +/g, " ")).toBe(expected.replace(/ +/g, " "));
    expect(inAttribute?.failure).toBe(inText?.failure);
  });

  it("shows what a test printed if there is nothing else", () => {
    const printed = "<system-out>out</system-out><system-err>err</system-err>";
    expect(first(suite(`<testcase name="t"><failure message=""/>${printed}</testcase>`))?.failure).toBe(
      "err",
    );
    expect(first(suite(`<testcase name="t"><failure message="no"/>${printed}</testcase>`))?.failure).toBe(
      "no",
    );
    const noted = first(suite(`<testcase name="t"><failure/><!-- see the log --></testcase>`));
    expect(noted?.failure).toBe("see the log");
  });

  it("does not show a flaky attempt's output as its failure", () => {
    const flaky = `<flakyFailure message="no"><stackTrace>no at Cart.java:3</stackTrace><system-out>noise</system-out></flakyFailure>`;
    expect(first(suite(`<testcase name="t">${flaky}${flaky}</testcase>`))).toMatchObject({
      failure: "no at Cart.java:3",
      tally: { passed: 1, failed: 2 },
    });
  });

  it("counts all documents of a file", () => {
    const one = suite(`<testcase name="a"/>`);
    expect(readJunit(`${one}\n${suite('<testcase name="b"><failure/></testcase>')}`).cases).toHaveLength(2);
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

describe("isJunit", () => {
  it.each<[boolean, string]>([
    [true, "<testsuites/>"],
    [true, `<?xml version="1.0"?>\n<!-- <other> --><!DOCTYPE x>\n<testsuite name="a">`],
    [true, `${"<!-- a -->".repeat(1_000)}<!DOCTYPE x [<!ENTITY a "b">]><testsuite/>`],
    [true, "no XML at all"],
    [false, `<?xml version="1.0"?><!-- by TestNG --><testng-results/>`],
    [false, `<!DOCTYPE suite SYSTEM "https://testng.org/testng-1.0.dtd">\n<suite/>`],
  ])("is %s for %s", (expected, text) => {
    expect(isJunit(text)).toBe(expected);
  });
});
