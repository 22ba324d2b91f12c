import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { TagOutcome } from "../../../schemas/outcomes.ts";
import type { ReportSpec, Suite } from "../../../schemas/plan.ts";
import type { ReportCase } from "../../../schemas/report.ts";
import { decodeReport } from "../../reports/decode.ts";
import { exitCodeReport } from "../../reports/exit-code.ts";
import { countCases, readReport } from "../../reports/read-report.ts";
import { type CoreError, messageOf } from "../../utils/core-error.ts";
import { ignoreMissing } from "../../utils/files.ts";
import type { CommandEnd } from "../command/command.ts";
import type { Redactor } from "../redaction/redact.ts";
import { artifactBounds } from "./collect.ts";

/** What a suite showed: counts that a report proves, or the reason why it proves nothing. */
export type SuiteVerdict = { cases: ReportCase[] } & (
  | { state: "evidence"; outcome: TagOutcome; flaky: number }
  | {
      state: "no_evidence";
      reason: string;
      /** What kept the suite from being run, where that was not its own doing. */
      trouble?: CoreError | undefined;
    }
);

/** File times are coarser than our clock; a report this much older than its suite's start is still its own. In milliseconds. */
const clockSlackMs = 1_000;

/** A suite that ended, and where what it left lies. */
export interface EndedSuite {
  tag: string;
  suite: Suite;
  end: CommandEnd;
  /** Absolute. */
  artifactsDirectory: string;
  /** What the files of its cases are named relative to. Absolute. */
  codeDirectory: string;
  redactor: Redactor;
}

/**
 * Decides what counts as a pass. Counts come from the report's cases alone, and only when the command ended by itself,
 * the report is this run's, it has tests in it, and it agrees with the exit status.
 */
export async function judgeSuite(ended: EndedSuite): Promise<SuiteVerdict> {
  const { tag, suite, end, artifactsDirectory } = ended;
  if (end.stoppedBy === "timeout") return nothing(`it ran longer than its ${suite.timeout_seconds} s`);
  if (end.stoppedBy === "cancel") return nothing("it was stopped with its run");
  if (end.exitCode === null) return nothing("its process was killed by a signal");
  if (suite.report.format === "exit-code") return proven(exitCodeReport(tag, end.exitCode).cases);

  const { path } = suite.report;
  try {
    const flaw = await flawOf(join(artifactsDirectory, path), end.startedAt);
    if (flaw !== undefined) return nothing(`its report ${path} ${flaw}, exit status ${end.exitCode}`);
    return judgeReport(
      suite.report,
      decodeReport(await readFile(join(artifactsDirectory, path))),
      end.exitCode,
      ended,
    );
  } catch (error) {
    return nothing(`its report ${path} cannot be read: ${messageOf(error)}`);
  }
}

/** Why a file is not the report of a suite, if it is not. */
async function flawOf(path: string, startedAt: number): Promise<string | undefined> {
  const found = await lstat(path).catch(ignoreMissing);
  if (found === undefined) return "is missing";
  if (!found.isFile()) return "is not a plain file";
  if (found.mtimeMs < startedAt - clockSlackMs) return "is older than the suite's start";
  if (found.size > artifactBounds.head) return `is larger than ${artifactBounds.head} bytes`;
  return undefined;
}

function judgeReport(
  spec: Exclude<ReportSpec, { format: "exit-code" }>,
  text: string,
  exitCode: number,
  { redactor, codeDirectory }: EndedSuite,
): SuiteVerdict {
  const read = (believeLast: boolean) =>
    readReport(spec.format, redactor.text(text), codeDirectory, { believeLast }).cases;
  const believed = read(true);
  const isExplained = exitCode === 0 || countCases({ cases: believed }).failed > 0;
  const cases = isExplained ? believed : read(false);
  const { failed } = countCases({ cases });
  if (!cases.some(({ status }) => status !== "skipped")) return nothing("no tests were collected", cases);
  if ((exitCode === 0) === (failed === 0)) return proven(cases);
  return nothing(`its report counts ${failed} failed, but it exited with status ${exitCode}`, cases);
}

/** A verdict that counts the given cases. */
export function proven(cases: ReportCase[]): SuiteVerdict {
  const flaky = cases.filter(({ status }) => status === "flaky").length;
  return { state: "evidence", outcome: countCases({ cases }), flaky, cases };
}

function nothing(reason: string, cases: ReportCase[] = []): SuiteVerdict {
  return { state: "no_evidence", reason, cases };
}
