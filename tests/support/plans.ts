import { resolve } from "node:path";

const suiteScript = resolve("tests/fixtures/suite.mjs");

/** A suite of the fixture: its counts, and a file to wait for. */
export function suite(passed: string | number, failed: string | number, gate?: string) {
  const args = [passed, failed, ...(gate === undefined ? [] : [gate])].map(String);
  return {
    command: [process.execPath, suiteScript, ...args],
    report: { format: "junit", path: "junit.xml" },
    timeout_seconds: 600,
  };
}

/** A suite that is one line of JavaScript, counted by its exit status. */
export function script(source: string) {
  return { command: [process.execPath, "-e", source], report: { format: "exit-code" }, timeout_seconds: 600 };
}
