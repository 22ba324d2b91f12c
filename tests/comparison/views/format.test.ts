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
  [7_512, "7.5 s"],
  [60_000, "1 min"],
  [5_400_000, "1.5 h"],
  [172_800_000, "2 d"],
  [86_400_000 * 185, "185 d"],
])("spells %s milliseconds as %s", (ms, expected) => {
  expect(formatDuration(ms)).toBe(expected);
});

it.each([
  [0, "0 B"],
  [8_192, "8 kB"],
  [5.2 * 2 ** 30, "5.2 GB"],
  [3_000 * 2 ** 40, "3000 TB"],
])("spells %d bytes as %s", (bytes, expected) => {
  expect(formatBytes(bytes)).toBe(expected);
});

it.each([
  [0, "0"],
  [-1.04949, "-1.049"],
  [123_456_789, "123,500,000"],
  [0.000012345, "0.00001235"],
])("spells %d as %s", (value, expected) => {
  expect(formatNumber(value)).toBe(expected);
});

it("spells a time for people, in UTC", () => {
  expect(formatTime("2026-01-02T03:04:05.000Z")).toBe("02 Jan 2026 03:04 UTC");
});

it("lets no control character through, and nothing that turns the direction of text", () => {
  expect(printable("a\u001b[31mb\u001b[0m\u0000c\r\nd\te\u009b2Jf\u202eg\u2066h")).toBe("ab c\nd\tefgh");
});

it("cuts a line between whole characters", () => {
  expect(onOneLine(" 🛒🛒\n🛒🛒 ", 4)).toBe("🛒🛒 …");
  expect(onOneLine("🛒🛒", 2)).toBe("🛒🛒");
});
