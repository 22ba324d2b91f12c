import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { readReport } from "../../../src/reports/read-report.ts";
import { expandArgument } from "../../../src/runs/command/expand-variables.ts";
import { selectTests } from "../../../src/runs/rerun/select-tests.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";

const named = (...names: string[]) => names.map((name) => ({ name }));

function select(command: string, ...names: string[]): string[] {
  const selected = selectTests(command.split(" "), named(...names));
  if ("reason" in selected) throw new Error(selected.reason);
  return selected.argv;
}

function refuse(command: string, ...names: string[]): string {
  const selected = selectTests(command.split(" "), named(...names));
  return "reason" in selected ? selected.reason : `selected ${selected.argv.join(" ")}`;
}

describe("selectTests", () => {
  test("passes pytest the functions and their parents, whatever their parameters", () => {
    expect(
      select("pytest -q tests", "tests.test_cart.TestCart.test_total", "tests.test_cart.test_par[-k or x.y]"),
    ).toEqual(["pytest", "-q", "tests", "-k", "(TestCart and test_total) or (test_cart and test_par)"]);
    expect(select("pytest", "test_total", "tests.not.test_b")).toEqual([
      ...["pytest", "-k", "test_total or test_b"],
    ]);
  });

  test("passes Go the tests with all of their subtests", () => {
    const names = ["example.com/shop.TestCart/empty_$HOME", "example.com/shop.TestCart", "TestÄrger/x"];
    expect(select("go test ./...", ...names)).toEqual(["go", "test", "-run=^(TestCart|TestÄrger)$", "./..."]);
    expect(select("gotestsum --junitfile x -- -count=1 ./...", ...names).slice(3)).toEqual([
      ...["--", "-run=^(TestCart|TestÄrger)$", "-count=1", "./..."],
    ]);
  });

  test("passes Playwright the titles, in all projects", () => {
    expect(select("npx playwright test --reporter=json", "[one] cart > a", "[two] --help").at(-1)).toBe(
      "--grep=cart(?: | > | › )a|--help",
    );
  });

  test("puts options before a --", () => {
    expect(select("jest -- cart", "a")).toEqual(["jest", "--testNamePattern=^(?:a)$", "--", "cart"]);
  });

  test.each([
    ["a command that names no runner", "npm test", "names no runner"],
    ["a command that selects tests", "vitest run -t cart", "already selects tests"],
    ["another spelling of that", "vitest run --test-name-pattern=cart", "already selects tests"],
    ["go test with -run", "go test -run TestA", "already selects tests"],
    ["gotestsum.TestCart", "gotestsum ./...", "passes nothing on"],
    ["names that are none of its own", "go test ./...", "no names that go can select"],
  ])("refuses %s", (what, command, reason) => {
    expect(refuse(command, what)).toContain(reason);
  });

  test("refuses more tests than a quick look, and more text than a command line can hold", () => {
    expect(refuse("vitest run", ...Array.from({ length: 101 }, (_, index) => `test ${index}`))).toContain(
      "101 tests failed",
    );
    expect(refuse("vitest run", "x".repeat(70_000))).toContain("too long");
  });
});

test("passes hostile names to the real vitest as nothing but names", async () => {
  const directory = await temporaryFolder();
  const hostile = [`costs $DATABASE_URL $${"{PGPASSWORD}"} [x] > y / \\d (a|b)`, "-t --help", '"; exit 0 #'];
  const source = [
    `import { describe, expect, test } from ${JSON.stringify(resolve("node_modules/vitest/dist/index.js"))};`,
    `describe("--version", () => { for (const name of ${JSON.stringify(hostile)}) test(name, () => expect(1).toBe(2)); });`,
    'test("costs", () => {}); test("fine", () => {});',
  ];
  await writeFile(join(directory, "a.test.ts"), source.join("\n"));
  const vitest = [resolve("node_modules/.bin/vitest"), "run", "--root", directory];
  const run = async (argv: readonly string[]) => {
    // As a command of a plan is.
    const environment = { DATABASE_URL: "a secret", PGPASSWORD: "a secret" };
    const [program = "", ...args] = argv.map((argument) => expandArgument(argument, environment));
    await execa(program, args, { cwd: directory, reject: false });
    const report = readReport("vitest-json", await readFile(join(directory, "out.json"), "utf8"), directory);
    return report.cases.filter(({ status }) => status !== "skipped");
  };
  const command = [...vitest, "--reporter=json", `--outputFile=${join(directory, "out.json")}`];
  const all = await run(command);
  const failed = all.filter(({ status }) => status === "failed");
  expect([all.length, failed.length]).toEqual([5, 3]);
  const selected = selectTests(command, failed);
  if ("reason" in selected) throw new Error(selected.reason);
  expect((await run(selected.argv)).map(({ name }) => name)).toEqual(failed.map(({ name }) => name));
});
