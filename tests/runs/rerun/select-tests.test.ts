import { describe, expect, it } from "vitest";
import { selectTests } from "../../../src/runs/rerun/select-tests.ts";

const named = (...names: string[]) => names.map((name) => ({ name }));
const argv = (command: string, tests: { name: string }[]) => {
  const selected = selectTests(command.split(" "), tests);
  return "argv" in selected ? selected.argv : [];
};

describe("only some tests run", () => {
  it.each<[string, string, string[]]>([
    ["vitest run", "cart > adds", ["vitest", "run", "--testNamePattern=^(?:cart(?: | > | › )adds)$"]],
    ["npx jest --ci", "adds (2)", ["npx", "jest", "--ci", String.raw`--testNamePattern=^(?:adds \(2\))$`]],
    ["jest -- cart", "adds", ["jest", "--testNamePattern=^(?:adds)$", "--", "cart"]],
    ["vitest run", "costs $5", ["vitest", "run", "--testNamePattern=^(?:costs [$]5)$"]],
    [
      "pytest -q",
      "tests.test_cart.TestCart.test_total[a.b]",
      ["pytest", "-q", "-k", "(TestCart and test_total)"],
    ],
    ["pytest", "test_total", ["pytest", "-k", "test_total"]],
    [
      "python3 -m pytest -- tests",
      "t.test_a",
      ["python3", "-m", "pytest", "-k", "(t and test_a)", "--", "tests"],
    ],
    ["go test ./...", "example.com/shop.TestCart/empty", ["go", "test", "-run=^(TestCart)$", "./..."]],
    ["gotestsum -- ./...", "shop.FuzzCart", ["gotestsum", "--", "-run=^(FuzzCart)$", "./..."]],
    ["playwright test", "[firefox] cart › adds", ["playwright", "test", "--grep=cart(?: | > | › )adds"]],
  ])("of %s: %s", (command, test, expected) => {
    expect(argv(command, named(test))).toEqual(expected);
  });

  it("once each, whichever parameters or subtests failed", () => {
    expect(argv("pytest", named("a.test_x[1]", "a.test_x[2]", "b.test_x[1]"))).toEqual([
      ...["pytest", "-k", "(a and test_x) or (b and test_x)"],
    ]);
    expect(argv("go test", named("p.TestA/1", "p.TestA/2", "p.TestÄ_b"))).toEqual([
      ...["go", "test", "-run=^(TestA|TestÄ_b)$"],
    ]);
  });

  it("even with names that look like options, or that no argument can hold", () => {
    expect(argv("vitest run", named("--help", "nul\0"))).toEqual([
      "vitest",
      "run",
      "--testNamePattern=^(?:--help)$",
    ]);
  });

  it.each([1, 100])("up to a hundred: %i", (count) => {
    expect(
      argv("go test", named(...Array.from({ length: count }, (_, index) => `TestA${index}`))),
    ).toHaveLength(3);
  });
});

describe("the whole suite runs", () => {
  it.each<[string, string, string[], RegExp]>([
    ["too many failed", "vitest run", Array.from({ length: 101 }, () => "a"), /^101 tests failed, too many/],
    ["the command names no runner", "npm test", ["a"], /names no runner/],
    ["there is no command", "", ["a"], /names no runner/],
    ["vitest already selects", "vitest run -t a", ["b"], /already selects/],
    ["jest already selects", "jest --testNamePattern=a", ["b"], /already selects/],
    ["pytest already selects", "pytest -k a", ["b"], /already selects/],
    ["pytest already selects in one word", "pytest -ka", ["b"], /already selects/],
    ["go already selects", "go test -run TestA", ["TestB"], /already selects/],
    ["go already selects for the test binary", "go test --test.run=TestA", ["TestB"], /already selects/],
    ["playwright already selects", "playwright test -g a", ["b"], /already selects/],
    ["gotestsum runs something else", "gotestsum --raw-command -- ./x", ["TestB"], /already selects/],
    ["gotestsum passes nothing on", "gotestsum", ["TestA"], /passes nothing on to go test/],
    ["pytest has no word for a name", "pytest", ["and", "not", "a b"], /no names that pytest can select/],
    ["go has no such test", "go test", ["benchmark"], /no names that go can select/],
    ["a name is too long", "vitest run", ["x".repeat(60_000)], /too long for a command/],
  ])("if %s", (_why, command, names, reason) => {
    expect(selectTests(command.split(" "), named(...names))).toEqual({
      reason: expect.stringMatching(reason),
    });
  });
});
