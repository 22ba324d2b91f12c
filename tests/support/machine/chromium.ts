import { findProgram } from "../../../src/utils/files/find-program.ts";

/** The browser to test pages in: CHROMIUM_PATH, or else the first one on the PATH; undefined if there is none. */
export function findChromium(): string | undefined {
  return (
    process.env.CHROMIUM_PATH ??
    findProgram("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
  );
}
