import type { Parser, Result } from "tap-parser";
import type { ReportCase } from "../../../schemas/plan/report.ts";
import { describeFailure } from "../failure.ts";

/** Lines that introduce a test or count them, and say nothing of any; the last kind is the parser's own. */
const bookkeeping =
  /^# *(?:Subtest\b|(?:tests|suites|pass|fail|skipped|todo|duration_ms) *:? *[\d.]+$|test count\(\d+\) != plan)/;

/**
 * The comments and other lines beside the points of a level. Where a point that failed has no diagnostic, those after it
 * say why (Perl, pgTAP, bats, mocha); where a whole file failed, those before it do (node:test).
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
    /** No line that comes now belongs to a point that came before. */
    pass,
    /** The lines so far came before this point, those that come now after it. */
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

/** What a process printed before it died: its error stands among the source that threw it. */
function describeOutput(lines: string[]): string {
  const message = lines.find((line) => /^(?:Uncaught )?\w*(?:Error|Exception)\b.*:/.test(line.trimStart()));
  return describeFailure({ message, text: lines.filter((line) => line !== message).join("\n") });
}
