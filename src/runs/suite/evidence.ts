import type { TagOutcome } from "../../../schemas/experiment/outcomes.ts";
import type { SuiteRound } from "../../../schemas/plan/report.ts";
import type { CommandSuite, FileReportSpec } from "../../../schemas/plan/suite.ts";
import { tallyCases } from "../../reports/count-cases.ts";
import { makeExitCodeReport } from "../../reports/formats/exit-code.ts";
import { type CoreError, getMessage } from "../../utils/core-error.ts";
import type { CommandEnd } from "../command/command.ts";
import { findKillSignal } from "../command/killed-status.ts";
import type { Redactor } from "../redaction/redact.ts";
import type { ReportReading } from "./report/read-files.ts";
import { type Reader, readSafely } from "./report/read-in-subprocess.ts";
import { clockSlackMs, type FoundReport, type ReportFile } from "./report/report-files.ts";

/** What a suite showed: counts proven by a report, or the reason why there are none. */
export type SuiteVerdict = ReportReading & {
  /** How long the command took, each time it ran to completion. */
  durations_ms?: number[];
  /** Each time the command ran, if it did. */
  rounds?: SuiteRound[];
  /** Files of the code that changed while it ran, or while a suite before it did. */
  in_doubt?: string[];
  /** The port of a Postgres of this machine that it was connected to instead of its branch, for all that was seen. */
  plain_database?: number | undefined;
} & (
    | { state: "evidence"; outcome: TagOutcome; flaky: number }
    | {
        state: "no_evidence";
        reason: string;
        /** What prevented the suite from running, if that was not its own fault. */
        trouble?: CoreError | undefined;
      }
  );

/** A suite that has ended, and what it left. */
export interface EndedSuite {
  tag: string;
  suite: CommandSuite;
  end: CommandEnd;
  /** Undefined for a suite that is counted by its exit status. */
  report: FoundReport | undefined;
  /** What the file names in its cases are relative to. Absolute. */
  codeDirectory: string;
  redactor: Redactor;
  reader: Reader;
}

/** Judges a suite that has ended. Its reason may name files, whose names the suite chose. */
export async function judgeSuite(ended: EndedSuite): Promise<SuiteVerdict> {
  const verdict = await judge(ended);
  return verdict.state === "evidence" ? verdict : { ...verdict, reason: ended.redactor.text(verdict.reason) };
}

/**
 * Decides what counts as a pass. Counts come only from the report's cases, and only if the command ran to completion,
 * the report was written by this run, it contains tests, and it agrees with the exit status.
 */
async function judge(ended: EndedSuite): Promise<SuiteVerdict> {
  const { tag, suite, end, report } = ended;
  if (end.stoppedBy === "timeout") return noEvidence(`it exceeded its limit of ${suite.timeout_seconds} s`);
  if (end.stoppedBy === "cancel") return noEvidence("it was stopped together with its run");
  if (end.exitCode === null) return noEvidence("its process was killed by a signal");
  if (suite.report.format === "exit-code") return judgeStatus(tag, end.exitCode);

  const { path } = suite.report;
  const status = `exit status ${end.exitCode}`;
  if (report === undefined) return noEvidence(`its report ${path} is missing, ${status}`);
  if ("flaw" in report) return noEvidence(`its report ${path} ${report.flaw}, ${status}`);
  try {
    return await judgeReport(suite.report, report.files, { ...end, exitCode: end.exitCode }, ended);
  } catch (error) {
    return noEvidence(`its report ${path} cannot be read, ${status}: ${getMessage(error)}`);
  }
}

function judgeStatus(tag: string, exitCode: number): SuiteVerdict {
  const killed = describeKill(exitCode);
  return killed === undefined ? withEvidence(makeExitCodeReport(tag, exitCode)) : noEvidence(killed);
}

function describeKill(exitCode: number): string | undefined {
  const signal = findKillSignal(exitCode);
  return signal && `its exit status ${exitCode} says that what it ran was killed by ${signal}`;
}

async function judgeReport(
  { format, path }: FileReportSpec,
  files: readonly ReportFile[],
  end: CommandEnd & { exitCode: number },
  { redactor: { secrets }, codeDirectory: root, reader }: EndedSuite,
): Promise<SuiteVerdict> {
  const { exitCode } = end;
  const report = await readSafely({ format, files, exitCode, secrets, root }, reader);
  const old = describeAge(report, end);
  if (old !== undefined) return noEvidence(`its report ${path} ${old}`, report);
  const { passed, failed, flaky, skipped } = tallyCases(report);
  if (passed + failed + flaky === 0) {
    const which = skipped === 0 ? "" : ` (${skipped} skipped)`;
    const reason = `no tests were collected${which}: its report ${path}, ${describeFiles(files)}, has none, exit status ${exitCode}`;
    return noEvidence(reason, report);
  }
  // Some runners exit with the number of failures.
  const killed = failed === exitCode ? undefined : describeKill(exitCode);
  if (killed !== undefined) return noEvidence(killed, report);
  if ((exitCode === 0) === (failed === 0)) return withEvidence(report);
  const reason = `its report counts ${failed} failed, but it exited with status ${exitCode}`;
  return noEvidence(reason, report);
}

/**
 * Describes a report that says that its tests ran before the suite started: a build tool restored it from its cache, or
 * the command copied it. The file's own time does not show this. If the clock was set back meanwhile, the start is taken
 * by the new time.
 */
function describeAge(
  { oldest }: ReportReading,
  { startedAt, durationMs }: Pick<CommandEnd, "startedAt" | "durationMs">,
): string | undefined {
  const since = Math.min(startedAt, Date.now() - durationMs);
  if (oldest === undefined || oldest.ran_at >= since - clockSlackMs) return undefined;
  const when = new Date(oldest.ran_at).toISOString();
  return `is not of this run: by ${oldest.name}, its tests ran before the suite started, at ${when}. Run tests without a cache`;
}

function describeFiles([first, ...others]: readonly ReportFile[]): string {
  return `${others.length === 0 ? "a file" : `${others.length + 1} files`} in ${first?.root.name}`;
}

/** Returns a verdict that counts the given cases. */
export function withEvidence(report: ReportReading): SuiteVerdict {
  const { passed, failed, flaky } = tallyCases(report);
  return { ...report, state: "evidence", outcome: { passed, failed }, flaky };
}

function noEvidence(reason: string, report: ReportReading = { cases: [] }): SuiteVerdict {
  return { ...report, state: "no_evidence", reason };
}
