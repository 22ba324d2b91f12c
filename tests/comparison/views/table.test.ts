import { stripVTControlCharacters } from "node:util";
import { describe, expect, it, test } from "vitest";
import { renderReport, renderTable } from "../../../src/comparison/views/table.ts";
import { largeReport, reportWith } from "./report.ts";

test("a report without experiments has no table", () => {
  const report = { ...reportWith("x"), rows: [], matrix: [] };
  expect(renderReport(report, false)).not.toContain("signal");
});

describe("renderTable", () => {
  const plain = [
    "        exp-json    exp-pg",
    "api     3/1         4/0",
    "infra   –           2/0",
    "signal  unreadable  winning",
  ];

  it("aligns the matrix with the signals below it", () => {
    expect(renderTable(reportWith("x"), false).split("\n")).toEqual(plain);
  });

  it("has the same layout in colour", () => {
    const coloured = renderTable(reportWith("x"), true);
    expect(coloured).toContain("\u001b[31m3/1");
    expect(coloured).toContain("\u001b[32mwinning");
    expect(stripVTControlCharacters(coloured).split("\n")).toEqual(plain);
  });

  it("has a row per experiment when it is too wide for a column each", () => {
    expect(renderTable(reportWith("x"), false, 27).split("\n")).toEqual(plain);
    expect(renderTable(reportWith("x"), false, 26).split("\n")).toEqual([
      "          api  infra  signal",
      "exp-json  3/1  –      unreadable",
      "exp-pg    4/0  2/0    winning",
    ]);
  });

  it("spells out signals", () => {
    const rows = [{ experiment_slug: "a", signal: "no_evidence" as const }];
    expect(renderTable({ rows, matrix: [] }, false)).toContain("no evidence");
  });
});

describe("renderReport", () => {
  it("adds details of the rows, the recommendation, combinations and warnings", () => {
    const { rows, ...report } = reportWith("why");
    expect(
      renderReport({ ...report, rows, rationale: "because" }, false)
        .split("\n\n")
        .slice(1),
    ).toEqual([
      "exp-pg  api passes on a fresh branch\nexp-json  why; reported, not measured: load 5/2",
      "promote  because",
      "exp-json + exp-pg: code conflicts in why",
      "exp-json  api 4/0 → 3/1, worse",
      "counts-shrink  why",
    ]);
  });

  it("does not repeat what the rationale says", () => {
    const report = reportWith("why");
    const rows = report.rows.map((row) => ({ ...row, signal: "no_evidence" as const }));
    expect(renderReport({ ...report, rows }, false)).not.toContain(
      "exp-json  why; reported, not measured: load 5/2",
    );
  });

  it("lists sixty experiments, the winner on top", () => {
    const lines = renderReport(largeReport(60, 1), false, 80).split("\n");
    expect(lines[1]).toBe("exp-59-variant  100/0  100/0  winning");
    expect(lines.slice(0, 61).every((line) => line.length <= 80)).toBe(true);
  });

  it("removes control characters of a record", () => {
    const text = renderReport(reportWith("\u001b]0;owned\u0007\u001b[2Jwhy\u009b2J\r\u0008"), false);
    expect(text).not.toMatch(/[^\P{Cc}\n]/u);
    expect(text).toContain("why");
  });
});
