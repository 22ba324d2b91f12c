import type { Report } from "../../schemas/plan/report.ts";
import type { FileReportSpec } from "../../schemas/plan/suite.ts";

/** The name of a format that is read from files. */
export type FileFormat = FileReportSpec["format"];

/** The extension of such files, for plans that name only their folder. */
export const extensions: Readonly<Record<FileFormat, string>> = {
  junit: ".xml",
  "vitest-json": ".json",
  "jest-json": ".json",
  "playwright-json": ".json",
  tap: ".tap",
  ctrf: ".json",
};

/** Options for reading a report, besides its text. */
export interface ReadOptions {
  /**
   * Whether a test that failed and then passed when retried has passed, and one that its runner only calls risky. False
   * if the exit status reports a failure and no other test failed. Default true.
   */
  believeLast?: boolean;
}

/** A report format that is read from files. */
export interface Format {
  /** @throws CoreError `report_unreadable` for text that is not a whole report of the format */
  read: (text: string, options: ReadOptions) => Report;
  /**
   * True if a text is meant to be such a report, for formats whose folders may contain other files with that extension.
   */
  isMeant?: (text: string) => boolean;
}
