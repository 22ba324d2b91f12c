import type { Report } from "../../schemas/plan/report.ts";

/** What the reader of a format is told beside the text. */
export interface ReadOptions {
  /**
   * Whether a test that failed, and passed when it was run again, passed in the end. False where the exit status says
   * that something failed, and no other test did. Default true.
   */
  believeLast?: boolean;
}

/** A format that is read from files. */
export interface Format {
  /** @throws CoreError `report_unreadable` for text that is not a whole report of the format */
  read: (text: string, options: ReadOptions) => Report;
  /** How the names of such files end, where a plan gives their folder. */
  extension: string;
  /** Whether a text is meant to be such a report, where other files of that extension may lie beside it. */
  isMeant?: (text: string) => boolean;
}
