import { expect, it } from "vitest";
import { comparisonSchema } from "../../../schemas/comparison/comparison.ts";
import { renderCsv } from "../../../src/comparison/views/csv.ts";
import { renderJson } from "../../../src/comparison/views/json.ts";
import { hostile, reportWith } from "./report.ts";

/** One line of cells by RFC 4180, as a reader that knows nothing of how we write takes it. */
function parse(csv: string): string[][] {
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  const lines: string[][] = [[]];
  for (let match = cell.exec(csv); match !== null; match = cell.exec(csv)) {
    lines.at(-1)?.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
    if (match[3] === "\r\n" && cell.lastIndex < csv.length) lines.push([]);
    if (cell.lastIndex === csv.length) return lines;
  }
  throw new Error("not RFC 4180");
}

/** The value of each column, by its name. */
function read(csv: string, line: number): Record<string, string | undefined> {
  const [header = [], ...lines] = parse(csv);
  return Object.fromEntries(header.map((name, column) => [name, lines[line]?.[column]]));
}

it("has a row per experiment, two columns per tag and one per metric", () => {
  const csv = renderCsv(reportWith("x"));
  expect(parse(csv).map((line) => line.length)).toEqual([28, 28, 28]);
  expect(read(csv, 0)).toMatchObject({
    experiment_slug: "exp-json",
    signal: "unreadable",
    reason: "x",
    winner: "false",
    api_passed: "3",
    api_failed: "1",
    infra_passed: "",
    "perf: x (x)": "20.123456",
  });
  expect(read(csv, 1)).toMatchObject({
    experiment_slug: "exp-pg",
    commit: "0123456789abcdef0123456789abcdef01234567",
    dirty: "true",
    duration_ms: "7500",
    winner: "true",
    "perf: x (x)": "10",
  });
});

it.each([
  ["quotes", `a "quoted", 'text'`],
  ["lines", "one\ntwo,\n\nthree"],
  ["markup", hostile],
  ["spaces", "  "],
  ["wide signs", "🛒 注文 ערב"],
])("keeps %s as they are", (_, text) => {
  const csv = renderCsv(reportWith(text));
  expect(read(csv, 0)).toMatchObject({
    branch_id: text,
    reason: text,
    [`perf: ${text} (${text})`]: "20.123456",
  });
});

it.each(["=1+1", "+1", "-1", "@a", "\t=1", "\n=1", " =1", "＝1"])(
  "escapes %j, which a spreadsheet would execute",
  (text) => {
    expect(read(renderCsv(reportWith(text)), 0).reason).toBe(`'${text}`);
  },
);

it("keeps negative numbers as numbers", () => {
  const report = reportWith("x");
  const metrics = report.metrics.map((metric) => ({
    ...metric,
    measured: metric.measured.map((each) => ({ ...each, median: -5 })),
  }));
  expect(read(renderCsv({ ...report, metrics }), 0)["perf: x (x)"]).toBe("-5");
});

it("writes the whole report as JSON, without control characters for a terminal", () => {
  const report = reportWith("\u001b[31m\u009b31m\u007f");
  const text = renderJson(report);
  expect(comparisonSchema.parse(JSON.parse(text))).toEqual(report);
  expect(text).not.toMatch(/[^\P{Cc}\n]/u);
});
