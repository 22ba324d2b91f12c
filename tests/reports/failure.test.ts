import { describe, expect, it } from "vitest";
import { describeFailure } from "../../src/reports/failure.ts";

const source = (count: number) =>
  Array.from({ length: count }, (_, line) => `    rows.append(${line})`).join("\n");

describe("describeFailure", () => {
  it("puts the message first unless the text starts with it", () => {
    expect(describeFailure({ message: "no", text: "unknown\nmore" })).toBe("no\nunknown\nmore");
  });

  it("does not repeat a message that the text starts with", () => {
    expect(describeFailure({ message: "no", text: "Error: no\n    at a.js:3:5" })).toBe(
      "Error: no\n    at a.js:3:5",
    );
  });

  it("puts the source location after the message if it would be cut off", () => {
    const text = `def test():\n${source(20)}\ntest_cart.py:15: IndexError\n`;
    const lines = describeFailure({ message: "IndexError: out of range", text }).split("\n");
    expect(lines.slice(0, 3)).toEqual([
      "IndexError: out of range",
      "test_cart.py:15: IndexError",
      "def test():",
    ]);
    expect(lines).toHaveLength(12);
  });

  it("keeps the location after a message that fills all lines", () => {
    const lines = describeFailure({ message: source(30), text: "test_cart.py:15: AssertionError" }).split(
      "\n",
    );
    expect(lines[8]).toBe("test_cart.py:15: AssertionError");
  });

  it.each([
    [
      "Java",
      "\tat org.junit.jupiter.api.Fail.fail(Fail.java:1)",
      "\tat com.shop.CartTest.sums(CartTest.java:7)",
    ],
    ["JavaScript", "    at run (/p/node_modules/x/run.js:1:1)", "    at sum (/p/src/cart.ts:3:5)"],
    ["node", "    at run (node:internal/main/run:1:1)", "    at sum (/p/src/cart.ts:3:5)"],
    ["Python", "/p/lib/python3.12/site-packages/x/run.py:1:", "tests/test_cart.py:3:"],
    ["Go", "/usr/local/go/src/testing/testing.go:1", "    cart_test.go:3: no"],
  ])("leaves out stack frames from outside the project: %s", (_language, foreign, own) => {
    const text = `Error: no\n${`${foreign}\n`.repeat(20)}${own}`;
    expect(describeFailure({ text })).toBe(`Error: no\n${own}`);
  });

  it("keeps foreign stack frames if there are no others", () => {
    const text = "Error: no\n    at run (/p/node_modules/x/run.js:1:1)";
    expect(describeFailure({ text })).toBe(text);
  });

  it("shows the end of the output if there is nothing else", () => {
    const output = Array.from({ length: 20 }, (_, line) => `line ${line}`).join("\n");
    expect(describeFailure({ output }).split("\n").at(-1)).toBe("line 19");
    expect(describeFailure({ message: "no", output })).toBe("no");
    expect(describeFailure({ message: " ", text: "", output: null })).toBe("");
  });

  it("removes colours and control characters, including those that XML forbids", () => {
    expect(describeFailure({ text: "\u001b[31mred\u001b[39m \ufffd[31mgo #x1B[31mpy \u0008." })).toBe(
      "red go py  .",
    );
  });

  it("does not mistake a host's address for a source location", () => {
    const text = `connect ECONNREFUSED db.example.com:5432\n${source(20)}\ncart.go:3: no`;
    expect(describeFailure({ message: "no", text }).split("\n")[1]).toBe("cart.go:3: no");
  });
});
