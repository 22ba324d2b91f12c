import type { TagOutcome } from "../../schemas/outcomes.ts";
import type { ReportSpec } from "../../schemas/plan.ts";
import type { Report } from "../../schemas/report.ts";
import { readJestJson } from "./jest-json.ts";
import { readJunit } from "./junit.ts";

type FileFormat = Exclude<ReportSpec["format"], "exit-code">;

const readers: Record<FileFormat, (text: string) => Report> = {
  junit: readJunit,
  "vitest-json": readJestJson,
};

/**
 * The cases of a report. An exit status is no text: `exitCodeReport` counts it.
 * @throws CoreError `report_unreadable` for text that is not a whole report of that format
 */
export function readReport(format: FileFormat, text: string): Report {
  return readers[format](text.replace(/^\uFEFF/, ""));
}

/** What a report counts. Skipped and flaky cases are neither passed nor failed. */
export function countCases(report: Report): TagOutcome {
  const count = (status: string) => report.cases.filter((each) => each.status === status).length;
  return { passed: count("passed"), failed: count("failed") };
}
