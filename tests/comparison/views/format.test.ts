import { expect, it } from "vitest";
import {
  formatBytes,
  formatDuration,
  formatNumber,
  formatTime,
} from "../../../src/comparison/views/format.ts";
import { onOneLine, printable } from "../../../src/utils/text/printable.ts";

it.each([
  [undefined, "–"],
  [0, "0 ms"],
  [999.4, "999 ms"],
  [999.5, "1 s"],
  [9_949, "9.9 s"],
  [9_951, "10 s"],
  [59_499, "59 s"],
  [59_500, "1 min"],
  [3_599_999, "1 h"],
  [86_399_999, "1 d"],
  [7_512, "7.5 s"],
  [60_000, "1 min"],
  [5_400_000, "1.5 h"],
  [172_800_000, "2 d"],
  [86_400_000 * 185, "185 d"],
])("formats %s milliseconds as %s", (ms, expected) => {
  expect(formatDuration(ms)).toBe(expected);
});

it.each([
  [0, "0 B"],
  [1, "1 B"],
  [1_023, "1023 B"],
  [1_024, "1 kB"],
  [8_192, "8 kB"],
  [1_048_575, "1 MB"],
  [5.2 * 2 ** 30, "5.2 GB"],
  [3_000 * 2 ** 40, "3000 TB"],
])("formats %d bytes as %s", (bytes, expected) => {
  expect(formatBytes(bytes)).toBe(expected);
});

it.each([
  [0, "0"],
  [-1.04949, "-1.049"],
  [123_456_789, "123,500,000"],
  [0.000012345, "0.00001235"],
])("formats %d as %s", (value, expected) => {
  expect(formatNumber(value)).toBe(expected);
});

it("formats a time in UTC for people", () => {
  expect(formatTime("2026-01-02T03:04:05.000Z")).toBe("02 Jan 2026 03:04 UTC");
});

it("removes control characters and characters that change the text direction", () => {
  expect(printable("a\u001b[31mb\u001b[0m\u0000c\r\nd\te\u009b2Jf\u202eg\u2066h")).toBe("ab c\nd\tefgh");
});

it("truncates a line between whole characters", () => {
  expect(onOneLine(" 🛒🛒\n🛒🛒 ", 4)).toBe("🛒🛒 …");
  expect(onOneLine("🛒🛒", 2)).toBe("🛒🛒");
});
