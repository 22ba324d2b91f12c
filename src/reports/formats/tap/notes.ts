import type { Parser, Result } from "tap-parser";
import type { ReportCase } from "../../../../schemas/plan/report.ts";
import { describeFailure } from "../../failure.ts";

/** Lines that introduce or count tests without saying anything about one; the last kind is the parser's own. */
const bookkeeping =
  /^# *(?:Subtest\b|(?:tests|suites|pass|fail|skipped|todo|duration_ms) *:? *[\d.]+$|test count\(\d+\) != plan)/;

/**
 * Collects the comments and other lines between the points of a level. If a failed point has no diagnostic, the lines
 * after it explain why (Perl, pgTAP, bats, mocha); if a whole file failed, the lines before it do (node:test).
 */
export function readNotes(parser: Parser) {
  let lines: string[] = [];
  let settle = () => {};
  const note = (line: string) => {
    const plain = line.trimEnd();
    if (!bookkeeping.test(plain.trimStart())) lines.push(plain.replace(/^\s*# ?/, ""));
  };
  parser.on("comment", note);
  if (parser.level === 0) parser.on("extra", note);
  const pass = () => {
    settle();
    settle = () => {};
    lines = [];
  };
  return {
    /** From now on, no line belongs to an earlier point. */
    pass,
    /** The lines so far precede this point, later ones follow it. */
    follow: ({ diag }: Result, own: ReportCase | undefined) => {
      const before = lines;
      pass();
      if (own?.status !== "failed") return;
      if (hasExitCode(diag) && before.length > 0) own.failure = describeOutput(before);
      settle = () => {
        own.failure ||= describeFailure({ text: lines.join("\n") });
        if (own.failure === "") delete own.failure;
      };
    },
  };
}

function hasExitCode(diagnostic: unknown): boolean {
  return typeof diagnostic === "object" && diagnostic !== null && "exitCode" in diagnostic;
}

/** Describes what a process printed before it died: its error is in the midst of the source that threw it. */
function describeOutput(lines: string[]): string {
  const message = lines.find((line) => /^(?:Uncaught )?\w*(?:Error|Exception)\b.*:/.test(line.trimStart()));
  return describeFailure({ message, text: lines.filter((line) => line !== message).join("\n") });
}
