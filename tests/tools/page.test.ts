import { describe, expect, it } from "vitest";
import { clipAnswer, clipValue } from "../../tools/support/clip.ts";
import { takePage } from "../../tools/support/page.ts";

const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

describe("takePage", () => {
  it("ends a page early when its items are large, and continues from there", () => {
    const items = Array.from({ length: 50 }, (_, n) => ({ n, text: "x".repeat(900) }));
    const seen: number[] = [];
    for (let cursor: string | null = "0"; cursor !== null; ) {
      const { page, next_cursor }: ReturnType<typeof takePage<(typeof items)[number]>> = takePage(
        items,
        20,
        cursor,
      );
      expect(bytes(page)).toBeLessThanOrEqual(8_192);
      seen.push(...page.map(({ n }) => n));
      cursor = next_cursor;
    }
    expect(seen).toEqual(items.map(({ n }) => n));
  });

  it("has at least one item, which the answer shortens", () => {
    const items = [{ text: "x".repeat(50_000) }, { text: "y" }];
    const { page, next_cursor } = takePage(items, 20);
    expect(next_cursor).toBeNull();
    expect(bytes(clipAnswer({ page }))).toBeLessThan(1_200);
    expect(takePage([Array.from({ length: 20 }, () => "x".repeat(999)), "y"], 20).page).toHaveLength(1);
  });

  it("counts bytes, not characters", () => {
    const items = Array.from({ length: 20 }, () => "é".repeat(900));
    expect(bytes(takePage(items, 20).page)).toBeLessThanOrEqual(8_192);
  });
});

describe("clipValue", () => {
  it("says what it omitted", () => {
    const names = Array.from({ length: 30 }, (_, n) => `f${n}`);
    expect(clipValue({ files: names, why: "x".repeat(3_000) })).toEqual({
      files: [...names.slice(0, 20), "and 10 more"],
      why: `${"x".repeat(1_000)}… (2,000 more characters)`,
    });
    expect(clipValue([1, null, true])).toEqual([1, null, true]);
  });

  it("leaves an answer's pages unchanged", () => {
    const page = Array.from({ length: 30 }, (_, n) => n);
    expect(clipAnswer({ page })).toEqual({ page });
  });
});
