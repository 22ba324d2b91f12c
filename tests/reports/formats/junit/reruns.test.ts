import { describe, expect, it } from "vitest";
import { readJunit } from "../../../../src/reports/formats/junit/junit.ts";

const passed = (name = "t", classname = "com.shop.Cart") =>
  `<testcase name="${name}" classname="${classname}"/>`;
const failed = (name = "t", classname = "com.shop.Cart") =>
  `<testcase name="${name}" classname="${classname}"><failure message="first"/></testcase>`;
const suite = (inner: string, attributes = `name="com.shop.Cart"`) =>
  `<testsuite ${attributes}>${inner}</testsuite>`;
const go = (inner: string) =>
  suite(`<properties><property name="go.version" value="go1"/></properties>${inner}`);
const pytest = (tests: number, inner: string) => suite(inner, `name="pytest" tests="${tests}"`);

const statuses = (xml: string, believeLast = true) =>
  readJunit(xml, { believeLast }).cases.map(({ status }) => status);

describe("one test case for each attempt", () => {
  it("is one flaky test if the last attempt passed, with the first failure", () => {
    const { cases } = readJunit(suite(failed() + passed("other") + failed() + passed()));
    expect(cases).toMatchObject([
      { name: "com.shop.Cart.t", status: "flaky", failure: "first", tally: { passed: 1, failed: 2 } },
      { name: "com.shop.Cart.other", status: "passed" },
    ]);
  });

  it("is not believed if the exit status reports a failure and nothing else failed", () => {
    expect(statuses(suite(failed() + passed()), false)).toEqual(["failed", "passed"]);
    expect(statuses(go(failed() + passed()), false)).toEqual(["failed"]);
  });

  it("is one failed test if all attempts failed and names are unique", () => {
    expect(statuses(go(failed() + failed() + failed()))).toEqual(["failed"]);
    expect(statuses(suite(failed() + failed()))).toEqual(["failed", "failed"]);
  });

  it("is one test if Go ran it several times", () => {
    expect(statuses(go(passed() + passed()))).toEqual(["passed"]);
    expect(statuses(go(passed() + failed()))).toEqual(["failed"]);
  });

  it("is recognized for pytest-rerunfailures, whose suite counts fewer tests", () => {
    expect(statuses(pytest(1, passed() + passed()))).toEqual(["flaky"]);
    expect(statuses(pytest(1, passed() + failed()))).toEqual(["failed"]);
    expect(statuses(pytest(2, passed() + passed()))).toEqual(["passed"]);
  });

  it("is recognized for pytest-rerunfailures beside subtests, each of which its suite counts", () => {
    expect(statuses(pytest(6, passed() + passed() + passed("subtests")))).toEqual(["flaky", "passed"]);
  });

  it("can also be a teardown that failed after its test, with pytest", () => {
    const teardown = `<testcase name="t" classname="com.shop.Cart"><error message="teardown"/></testcase>`;
    expect(readJunit(pytest(1, failed() + teardown)).cases).toMatchObject([
      { status: "failed", failure: "first" },
    ]);
  });
});

describe("several tests with one name", () => {
  it.each([
    ["that passed before another failed", suite(passed() + failed())],
    ["in two suites", `<testsuites>${suite(failed())}${suite(passed())}</testsuites>`],
    ["of a file of JavaScript", suite(failed("t", "cart.test.ts") + passed("t", "cart.test.ts"))],
    ["without a class", suite(failed("t", "") + passed("t", ""))],
    [
      "of node:test 24",
      suite(`${failed("t", "group")}${passed("t", "group")}`.replaceAll('name="t"', `name="t" file="a.js"`)),
    ],
    ["of node:test", `<testsuites>${failed("t", "test")}${passed("t", "test")}</testsuites>`],
  ])("stay separate: %s", (_what, xml) => {
    expect(statuses(xml).sort()).toEqual(["failed", "passed"]);
  });
});
