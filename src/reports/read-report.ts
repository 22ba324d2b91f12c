import { isAbsolute, relative, sep } from "node:path";
import type { TagOutcome } from "../../schemas/outcomes.ts";
import type { ReportSpec } from "../../schemas/plan.ts";
import type { Report, ReportCase } from "../../schemas/report.ts";
import { readCtrf } from "./ctrf.ts";
import { readJestJson } from "./jest-json.ts";
import { readJunit } from "./junit.ts";
import { readPlaywrightJson } from "./playwright-json.ts";
import { readTap } from "./tap.ts";

export type FileFormat = Exclude<ReportSpec["format"], "exit-code">;

const readers: Record<FileFormat, (text: string) => Report> = {
  junit: readJunit,
  "vitest-json": readJestJson,
  "jest-json": readJestJson,
  "playwright-json": readPlaywrightJson,
  tap: readTap,
  ctrf: readCtrf,
};

/**
 * The cases of a report. An exit status is no text: `exitCodeReport` counts it.
 * @param root the directory that the suite ran in: paths below it become relative to it, so that a test has the
 *   same name in every worktree
 * @throws CoreError `report_unreadable` for text that is not a whole report of that format
 */
export function readReport(format: FileFormat, text: string, root?: string): Report {
  const { cases } = readers[format](text.replace(/^\uFEFF/, ""));
  return { cases: cases.map((each) => tidy(each, root)) };
}

function tidy({ duration_ms, name, file, ...rest }: ReportCase, root: string | undefined): ReportCase {
  return {
    ...rest,
    // A file that does not load is often reported as a test by its path.
    name: root === undefined ? name : name.replaceAll(root + sep, ""),
    ...(file !== undefined && { file: root === undefined ? file : below(root, file) }),
    ...(duration_ms !== undefined && { duration_ms: Math.round(duration_ms * 1000) / 1000 }),
  };
}

function below(root: string, file: string): string {
  if (!isAbsolute(file)) return file;
  const path = relative(root, file);
  return path.startsWith("..") ? file : path.split(sep).join("/");
}

/** What a report counts. Skipped and flaky cases are neither passed nor failed. */
export function countCases(report: Report): TagOutcome {
  const count = (status: string) => report.cases.filter((each) => each.status === status).length;
  return { passed: count("passed"), failed: count("failed") };
}
