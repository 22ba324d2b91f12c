import { isAbsolute, relative, sep } from "node:path";
import type { Report, ReportCase } from "../../schemas/plan/report.ts";
import { onOneLine } from "../utils/text/printable.ts";
import type { FileFormat, Format, ReadOptions } from "./format.ts";
import { readCtrf } from "./formats/ctrf.ts";
import { readJestJson } from "./formats/jest-json.ts";
import { isJunit, readJunit } from "./formats/junit/junit.ts";
import { readPlaywrightJson } from "./formats/playwright-json.ts";
import { readTap } from "./formats/tap/tap.ts";

/**
 * All formats that are read from files. To add one: its name in `schemas/plan/suite.ts`, its extension, a row here, and
 * its reader.
 */
export const formats: Record<FileFormat, Format> = {
  junit: { read: readJunit, isMeant: isJunit },
  "vitest-json": { read: readJestJson },
  "jest-json": { read: readJestJson },
  "playwright-json": { read: readPlaywrightJson },
  tap: { read: readTap },
  ctrf: { read: readCtrf },
};

/**
 * Reads the cases of a report. For exit codes, use `makeExitCodeReport`.
 * @param root the folder that the suite ran in: paths below it become relative, so that a test has the same name in
 * every worktree
 * @throws CoreError `report_unreadable` for text that is not a complete report of that format
 */
export function readReport(
  format: FileFormat,
  text: string,
  root?: string,
  options: ReadOptions = {},
): Report {
  const { cases, ran_at } = formats[format].read(text.replace(/^\uFEFF/, ""), options);
  return { cases: cases.map((each) => tidy(each, root)), ...(ran_at !== undefined && { ran_at }) };
}

function tidy({ duration_ms, name, file, ...rest }: ReportCase, root: string | undefined): ReportCase {
  return {
    ...rest,
    // A file that does not load is often reported as a test named after its path.
    name: onOneLine(root === undefined ? name : name.replaceAll(root + sep, "")),
    ...(file !== undefined && { file: root === undefined ? file : below(root, file) }),
    ...(duration_ms !== undefined && { duration_ms: Math.round(duration_ms * 1000) / 1000 }),
  };
}

function below(root: string, file: string): string {
  if (!isAbsolute(file)) return file;
  const path = relative(root, file);
  return path.startsWith("..") ? file : path.split(sep).join("/");
}
