import type { Report } from "../../schemas/plan/report.ts";

/** Options for reading a report, besides its text. */
export interface ReadOptions {
  /**
   * Whether a test that failed and then passed when retried has passed. False if the exit status reports a failure and
   * no other test failed. Default true.
   */
  believeLast?: boolean;
}

/** A report format that is read from files. */
export interface Format {
  /** @throws CoreError `report_unreadable` for text that is not a whole report of the format */
  read: (text: string, options: ReadOptions) => Report;
  /** The extension of such files, for plans that name only their folder. */
  extension: string;
  /**
   * True if a text is meant to be such a report, for formats whose folders may contain other files with that extension.
   */
  isMeant?: (text: string) => boolean;
}
