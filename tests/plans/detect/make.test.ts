import { expect, test } from "vitest";
import { detectMake } from "../../../src/plans/detect/make.ts";
import { detectIn } from "./detected.ts";

test.each<[what: string, makefile: string, suites: Record<string, string>]>([
  ["a target and its alias", "tests: test\ntest:\n\tpytest\n", { api: "make tests" }],
  ["a variable of one target", "test: export DB = x\ntest: deps\n\tpytest\n", { api: "make test" }],
  [
    "several targets of one rule",
    "unit-test e2e-test: deps\n\t./run $@\n",
    {
      unit: "make unit-test",
      e2e: "make e2e-test",
    },
  ],
  ["a rule with two colons", "test::\n\tpytest\n", { api: "make test" }],
  [
    "a target that only starts its parts",
    ".PHONY: test\ntest: test-unit test-e2e # all\ntest-unit:\n\tx\ntest-e2e:\n\ty\n",
    {
      unit: "make test-unit",
      e2e: "make test-e2e",
    },
  ],
  ["parts over several lines", "test: lint \\\n  test-unit\ntest-unit:\n\tx\n", { unit: "make test-unit" }],
  [
    "a target with parts and tests of its own",
    "test: test-unit\n\tpytest\ntest-unit:\n\tx\n",
    {
      api: "make test",
      unit: "make test-unit",
    },
  ],
  [
    "a recipe on the rule's own line",
    "test: test-unit; pytest\ntest-unit: ; x\n",
    {
      api: "make test",
      unit: "make test-unit",
    },
  ],
  [
    "variants that would count the same tests twice",
    "test-watch:\n\tx\ntest-coverage:\n\tx\nbench-test:\n\tx\n",
    {},
  ],
  ["a name that cannot be a tag", "test-E2E:\n\tx\n", {}],
  ["names that only contain test", "latest:\n\tx\ncontest: latest\n\ty\n", {}],
])("finds the suites of %s", async (_what, makefile, suites) => {
  expect((await detectIn(detectMake, { Makefile: makefile })).suites).toEqual(suites);
});

test.each(["test := a", "test ::= a", "test = a:b", "test ?= a", "test += b", "define x\n\ttest: y\nendef"])(
  "finds no target in %j",
  async (makefile) => {
    expect((await detectIn(detectMake, { Makefile: `${makefile}\n` })).suites).toEqual({});
  },
);

test("reads the file that make would, of several", async () => {
  const files = { Makefile: "test:\n\tx\n", makefile: "e2e:\n\tx\n" };
  expect((await detectIn(detectMake, files)).suites).toEqual({ e2e: "make e2e" });
  const gnu = { ...files, GNUmakefile: "unit-tests:\n\tx\n" };
  expect((await detectIn(detectMake, gnu)).suites).toEqual({ unit: "make unit-tests" });
});

test.each([
  ["migrate:\n\tx\n", ["make migrate"]],
  ["db-migrate:\n\tx\nmigrate-down:\n\ty\n", ["make db-migrate"]],
  ["migrate-up:\n\tx\n", ["make migrate-up"]],
  ["migrations:\n\tx\nmigrate-new:\n\ty\n", []],
])("finds the migration in %j", async (makefile, setup) => {
  expect((await detectIn(detectMake, { Makefile: makefile })).setup).toEqual(setup);
});

test("finds nothing without a Makefile, or in an empty one", async () => {
  const none = { suites: {}, setup: [], prepare: [] };
  expect(await detectIn(detectMake, { "a.mk": "test:\n\tx\n" })).toMatchObject(none);
  expect(await detectIn(detectMake, { Makefile: "" })).toMatchObject(none);
});

test("advises how the target's tests could be counted", async () => {
  const { advice } = await detectIn(detectMake, { Makefile: "test:\n\tx\n" });
  expect(advice).toEqual([
    expect.stringMatching(/^make test writes no supported report.*JUnit, TAP or CTRF/),
  ]);
});
