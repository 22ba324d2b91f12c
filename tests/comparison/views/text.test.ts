import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { renderCsv } from "../../../src/comparison/views/csv.ts";
import { renderReport, renderTable } from "../../../src/comparison/views/table.ts";
import { formatDuration } from "../../../src/comparison/views/words.ts";
import { reportWith } from "./report.ts";

describe("renderTable", () => {
  const plain = [
    "        exp-json    exp-pg",
    "api     3/1         4/0",
    "infra   –           2/0",
    "signal  unreadable  winning",
  ];

  it("aligns the matrix, and the signals below it", () => {
    expect(renderTable(reportWith("x"), false).split("\n")).toEqual(plain);
  });

  it("is the same table in colour", () => {
    const coloured = renderTable(reportWith("x"), true);
    expect(coloured).toContain("\u001b[31m3/1");
    expect(coloured).toContain("\u001b[32mwinning");
    expect(stripVTControlCharacters(coloured).split("\n")).toEqual(plain);
  });
});

describe("renderReport", () => {
  it("adds the recommendation and the warnings", () => {
    expect(renderReport(reportWith("why"), false)).toMatch(/\n\npromote {2}why\n\ncounts-shrink {2}why$/);
  });

  it("sends no control character of a record to the terminal", () => {
    const text = renderReport(reportWith("\u001b]0;owned\u0007\u001b[2Jwhy"), false);
    expect(text).not.toMatch(/[^\P{Cc}\n]/u);
    expect(text).toContain("why");
  });
});

describe("renderCsv", () => {
  it("has a line per experiment and two columns per tag", () => {
    const [header = "", json = "", pg = ""] = renderCsv(reportWith("x")).split("\r\n");
    expect(header).toMatch(
      /^experiment_slug,branch_id,status,signal,.*,api_passed,api_failed,infra_passed,infra_failed$/,
    );
    expect(json).toMatch(/^exp-json,x,unknown,unreadable,none,x,.*,3,1,,$/);
    expect(pg).toContain(
      ",0123456789abcdef0123456789abcdef01234567,true,run-20260102T030405-01234567,2,3,7500,",
    );
  });

  it("quotes what would break a line, and disarms what would run as a formula", () => {
    const csv = renderCsv(reportWith(`=cmd|' /C calc'!A0,"\n`));
    expect(csv).toContain(`"'=cmd|' /C calc'!A0,""\n"`);
  });
});

describe("formatDuration", () => {
  it.each([
    [undefined, "–"],
    [0, "0 ms"],
    [999.4, "999 ms"],
    [7_512, "7.5 s"],
    [60_000, "1 min"],
    [5_400_000, "1.5 h"],
    [172_800_000, "2 d"],
    [86_400_000 * 185, "185 d"],
  ])("spells %s as %s", (ms, expected) => {
    expect(formatDuration(ms)).toBe(expected);
  });
});
