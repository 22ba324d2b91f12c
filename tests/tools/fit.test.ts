import { describe, expect, test } from "vitest";
import { clipText } from "../../src/utils/text/clip-text.ts";
import { fitAnswer } from "../../tools/support/fit.ts";
import { describeNextPage, takeFitting, takePage } from "../../tools/support/page.ts";

const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
const next_step = "Call again. ".repeat(100);

describe("an answer", () => {
  test("that is small stays as it is", () => {
    const answer = { next_step, names: Array.from({ length: 200 }, (_, n) => `n${n}`) };
    expect(fitAnswer(answer)).toBe(answer);
  });

  test.each([
    ["a long text", { log: "x".repeat(100_000) }],
    ["a long list of texts", { files: Array.from({ length: 5_000 }, (_, n) => `file-${n}.txt`) }],
    [
      "many long texts",
      Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`f${n}`, "x".repeat(5_000)])),
    ],
    ["texts deep inside", { a: { b: [{ c: "x".repeat(20_000), d: Array(300).fill("y".repeat(50)) }] } }],
    ["text of many bytes", { log: "日".repeat(20_000) }],
  ])("with %s is cut to a size that a model can read, but not its next step", (_what, data) => {
    const fitted = fitAnswer({ ...data, next_step });
    expect(bytes(fitted)).toBeLessThanOrEqual(8_000);
    expect(fitted.next_step).toBe(next_step);
    expect(JSON.stringify(fitted)).toMatch(/more characters|and [\d,]+ more/);
  });

  test("keeps every item of its page, whatever else is cut", () => {
    const page = Array.from({ length: 30 }, (_, n) => ({ n, text: "x".repeat(300) }));
    const fitted = fitAnswer({ page, notes: "y".repeat(50_000), next_step });
    expect(fitted.page).toHaveLength(30);
  });
});

describe("a text is cut", () => {
  test.each([
    ["abc", 3, "abc"],
    ["abcd", 3, "abc… (1 more character)"],
    ["abcdefgh", 3, "abc… (5 more characters)"],
    ["x".repeat(2_000), 10, `${"x".repeat(10)}… (1,990 more characters)`],
    ["ab🛒cd", 3, "ab… (4 more characters)"],
    ["", 0, ""],
  ])("%j at %i", (text, length, expected) => {
    expect(clipText(text, length)).toBe(expected);
  });
});

describe("a page", () => {
  const items = Array.from({ length: 7 }, (_, n) => n);

  test.each([
    [3, undefined, [0, 1, 2], "3"],
    [3, "3", [3, 4, 5], "6"],
    [3, "6", [6], null],
    [7, "0", items, null],
    [100, "7", [], null],
    [100, "999999999", [], null],
  ])("of %i items from %s", (limit, cursor, page, next_cursor) => {
    expect(takePage(items, limit, cursor)).toEqual({ page, next_cursor });
  });

  test.each(["", "-1", "1.5", "two", "1234567890", " 1"])("is refused for the cursor %j", (cursor) => {
    expect(() => takePage(items, 3, cursor)).toThrow("Invalid cursor.");
  });

  test("is followed by the next one, if there is one", () => {
    expect(describeNextPage("6", "Then rest.")).toBe(
      "Call again with cursor 6 for the next page. Then rest.",
    );
    expect(describeNextPage(null, "Rest.")).toBe("Rest.");
  });
});

describe("of a list without pages", () => {
  const make = (n: number, isBad: boolean) => ({ n, isBad, text: "x".repeat(900) });

  test("all are shown if they fit", () => {
    const items = [make(0, false), make(1, true)];
    expect(takeFitting(items, ({ isBad }) => isBad)).toEqual({ fitting: items, left_out: 0 });
    expect(takeFitting([], () => true)).toEqual({ fitting: [], left_out: 0 });
  });

  test("the urgent ones are shown first, in the order of the list", () => {
    const items = Array.from({ length: 20 }, (_, n) => make(n, n % 10 === 9));
    const { fitting, left_out } = takeFitting(items, ({ isBad }) => isBad);
    expect(fitting.map(({ n }) => n)).toEqual([0, 1, 2, 3, 9, 19]);
    expect(left_out).toBe(14);
  });
});
