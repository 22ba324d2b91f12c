import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { TagOutcome } from "../../schemas/outcomes.ts";
import type { ReportSpec, Suite } from "../../schemas/plan.ts";
import type { ReportCase } from "../../schemas/report.ts";
import { messageOf } from "../core-error.ts";
import { ignoreMissing } from "../experiments/files.ts";
import { exitCodeReport } from "../reports/exit-code.ts";
import { countCases, readReport } from "../reports/read-report.ts";
import type { CommandEnd } from "./command.ts";
import type { Redactor } from "./redact.ts";

/** What a suite showed: counts that a report proves, or the reason why it proves nothing. */
export type SuiteVerdict = { cases: ReportCase[] } & (
  | { state: "evidence"; outcome: TagOutcome; flaky: number }
  | { state: "no_evidence"; reason: string }
);

/** File times are coarser than our clock; a report this much older than its suite's start is still its own. In milliseconds. */
const clockSlackMs = 1_000;

/**
 * Decides what counts as a pass. Counts come from the report's cases alone, and only when the command ended by itself,
 * the report is this run's, it has tests in it, and it agrees with the exit status.
 */
export async function judgeSuite(
  tag: string,
  suite: Suite,
  end: CommandEnd,
  artifactsDirectory: string,
  redactor: Redactor,
): Promise<SuiteVerdict> {
  if (end.stoppedBy === "timeout") return nothing(`it ran longer than its ${suite.timeout_seconds} s`);
  if (end.stoppedBy === "cancel") return nothing("it was stopped with its run");
  if (end.exitCode === null) return nothing("its process was killed");
  if (suite.report.format === "exit-code") return proven(exitCodeReport(tag, end.exitCode).cases);

  const text = await readFresh(join(artifactsDirectory, suite.report.path), end.startedAt);
  if (text === undefined)
    return nothing(`its report ${suite.report.path} is missing, exit status ${end.exitCode}`);
  if (text === "stale") return nothing(`its report ${suite.report.path} is older than the run`);
  return judgeReport(suite.report, redactor.text(text.content), end.exitCode);
}

function judgeReport(
  spec: Exclude<ReportSpec, { format: "exit-code" }>,
  text: string,
  exitCode: number,
): SuiteVerdict {
  let cases: ReportCase[];
  try {
    cases = readReport(spec.format, text).cases;
  } catch (error) {
    return nothing(`its report ${spec.path} cannot be read: ${messageOf(error)}`);
  }
  const outcome = countCases({ cases });
  if (!cases.some(({ status }) => status !== "skipped")) return nothing("no tests were collected", cases);
  if ((exitCode === 0) !== (outcome.failed === 0)) {
    return nothing(
      `its report counts ${outcome.failed} failed, but it exited with status ${exitCode}`,
      cases,
    );
  }
  return proven(cases);
}

async function readFresh(
  path: string,
  startedAt: number,
): Promise<{ content: string } | "stale" | undefined> {
  const found = await stat(path).catch(ignoreMissing);
  if (found === undefined) return undefined;
  return found.mtimeMs < startedAt - clockSlackMs ? "stale" : { content: await readFile(path, "utf8") };
}

/** A verdict that counts the given cases. */
export function proven(cases: ReportCase[]): SuiteVerdict {
  const flaky = cases.filter(({ status }) => status === "flaky").length;
  return { state: "evidence", outcome: countCases({ cases }), flaky, cases };
}

function nothing(reason: string, cases: ReportCase[] = []): SuiteVerdict {
  return { state: "no_evidence", reason, cases };
}
