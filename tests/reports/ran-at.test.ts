import { readFile } from "node:fs/promises";
import { describe, expect, it, test } from "vitest";
import { findRanAt } from "../../src/reports/ran-at.ts";
import { readReport } from "../../src/reports/read-report.ts";

test.each([
  ["junit", "vitest.junit.xml", "2026-11-23T03:56:02.481Z"],
  ["jest-json", "jest.json", "2026-11-23T04:02:02.942Z"],
  ["playwright-json", "playwright.json", "2026-11-23T03:57:20.264Z"],
  ["ctrf", "jest.ctrf.json", "2026-11-23T04:02:06.162Z"],
  ["tap", "node24.tap", undefined],
] as const)("a %s report says when its tests ran", async (format, name, expected) => {
  const { ran_at } = readReport(format, await readFile(`tests/reports/fixtures/${name}`, "utf8"));
  expect(ran_at && new Date(ran_at).toISOString()).toBe(expected);
});

describe("the time at which a report's tests ran", () => {
  const find = (...times: Parameters<typeof findRanAt>[0] extends Iterable<infer Time> ? Time[] : never) => {
    const found = findRanAt(times);
    return found && new Date(found).toISOString();
  };

  it("is the latest", () => {
    expect(find("2026-11-23T03:00:00Z", "2026-11-23T04:00:00+02:00", undefined)).toBe(
      "2026-11-23T03:00:00.000Z",
    );
    expect(find(1_795_406_526_162, null)).toBe("2026-11-23T04:02:06.162Z");
  });

  it("without a zone, is the latest that it may mean", () => {
    expect(find("2026-11-23T03:00:00")).toBe("2026-11-23T15:00:00.000Z");
  });

  it("may be written as mocha does", () => {
    expect(find("Mon, 23 Nov 2026 03:00:00 GMT")).toBe("2026-11-23T03:00:00.000Z");
  });

  it("is not known from what tools write that know no time", () => {
    for (const time of [
      "1970-01-01T00:00:00",
      "0001-01-01T00:00:00Z",
      "yesterday",
      "",
      "2026-99-99T00:00:00Z",
    ])
      expect(find(time)).toBeUndefined();
    expect(find(0, 1_795_406_526)).toBeUndefined();
  });
});
