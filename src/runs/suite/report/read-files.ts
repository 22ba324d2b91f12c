import { readFile } from "node:fs/promises";
import type { Report, ReportCase } from "../../../../schemas/plan/report.ts";
import { boundCases } from "../../../reports/bound-cases.ts";
import { decodeReport } from "../../../reports/decode.ts";
import type { FileFormat } from "../../../reports/format.ts";
import { mergeSplitAttempts } from "../../../reports/formats/junit/split-attempts.ts";
import { formats, readReport } from "../../../reports/read-report.ts";
import { hasFailure } from "../../../reports/unshown.ts";
import { CoreError, getMessage } from "../../../utils/core-error.ts";
import type { Redactor } from "../../redaction/redact.ts";
import type { ReportFile } from "./report-files.ts";

/** A report as it was read. */
export interface ReportReading extends Report {
  /** The most informative file of its cases: the first with a failure, or else the first. */
  details?: string | undefined;
  /** The file that says that its tests ran the longest ago, if any says when. In milliseconds since 1970. */
  oldest?: { name: string; ran_at: number } | undefined;
}

interface Text {
  name: string;
  text: string;
}

/**
 * Reads the cases of all files of a report, without secrets. If there are many, lists some and counts the rest.
 * @param exitCode the suite's: it decides whether a test that failed and then passed counts as passed
 * @param root what file names in cases are relative to
 * @throws CoreError `report_unreadable` with the file's name
 */
export async function readReportFiles(
  format: FileFormat,
  files: readonly Pick<ReportFile, "name" | "path">[],
  exitCode: number,
  { redactor, root }: { redactor: Redactor; root: string },
): Promise<ReportReading> {
  const texts = await readTexts(format, files, redactor);
  const read = (believeLast: boolean) =>
    mergeSplitAttempts(
      texts.map(({ name, text }) =>
        withName(name, () => ({ name, ...readReport(format, text, root, { believeLast }) })),
      ),
    );
  const believed = read(true);
  const isExplained = exitCode === 0 || believed.some(({ cases }) => hasFailure(cases));
  const reports = isExplained ? believed : failFlaky(read(false));
  const details = (reports.find(({ cases }) => hasFailure(cases)) ?? reports[0])?.name;
  return { ...boundCases(reports.flatMap(({ cases }) => cases)), details, oldest: findOldest(reports) };
}

/**
 * If no test failed, but the suite did, its runner fails for flaky ones: `failOnFlakyTests` of Playwright,
 * `failOnFlakeCount` of Surefire.
 */
function failFlaky<Read extends Report>(reports: readonly Read[]): readonly Read[] {
  if (reports.some(({ cases }) => hasFailure(cases))) return reports;
  return reports.map((report) => ({ ...report, cases: report.cases.map(asFailed) }));
}

function asFailed({ tally, ...flaky }: ReportCase): ReportCase {
  return flaky.status === "flaky" ? { ...flaky, status: "failed" } : { ...flaky, ...(tally && { tally }) };
}

function findOldest(reports: readonly (Report & { name: string })[]): ReportReading["oldest"] {
  const dated = reports.flatMap(({ name, ran_at }) => (ran_at === undefined ? [] : [{ name, ran_at }]));
  return dated.sort((a, b) => a.ran_at - b.ran_at)[0];
}

/**
 * Skips files of another kind next to several reports; if there is nothing else, the first one explains the failure.
 */
async function readTexts(
  format: FileFormat,
  files: readonly Pick<ReportFile, "name" | "path">[],
  redactor: Redactor,
): Promise<Text[]> {
  const texts: Text[] = [];
  for (const { name, path } of files) {
    const bytes = await readFile(path);
    texts.push({ name, text: redactor.text(withName(name, () => decodeReport(bytes))) });
  }
  const { isMeant = () => true } = formats[format];
  const meant = texts.filter(({ text }) => isMeant(text));
  return meant.length > 0 ? meant : texts.slice(0, 1);
}

function withName<Result>(name: string, read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof CoreError)) throw cause;
    throw new CoreError(cause.code, `${name}: ${getMessage(cause)}`, { hint: cause.hint, cause });
  }
}
