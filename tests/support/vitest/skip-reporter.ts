import type { UserConsoleLog } from "vitest";
import type { Reporter } from "vitest/node";
import { skipMark } from "./skip.ts";

/** Reports at the end of a test run what was skipped and why, one line per reason. */
export default class SkipReporter implements Reporter {
  readonly #reasons = new Set<string>();

  onUserConsoleLog({ content }: UserConsoleLog): void {
    for (const line of content.split("\n")) if (line.startsWith(skipMark)) this.#reasons.add(line);
  }

  onTestRunEnd(): void {
    for (const reason of this.#reasons) process.stdout.write(`${reason}\n`);
  }
}
