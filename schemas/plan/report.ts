import * as z from "zod";
import { tagSchema } from "../names.ts";

const count = z.number().int().nonnegative();

/** The result of a test. `flaky`: it both failed and passed on the same code. */
const caseStatusSchema = z.enum(["passed", "failed", "skipped", "flaky"]);
export type CaseStatus = z.infer<typeof caseStatusSchema>;

/** A test in a report. */
export const reportCaseSchema = z.object({
  /** Includes the names of the groups around it. Together with `file` it identifies the test. */
  name: z.string(),
  /** As the report spells it: absolute or relative, depending on the tool. */
  file: z.string().optional(),
  status: caseStatusSchema,
  duration_ms: z.number().nonnegative().optional(),
  /** The first lines of the failure message. */
  failure: z.string().optional(),
  /** How often it passed and failed, if its suite ran more than once. */
  tally: z.object({ passed: count, failed: count }).optional(),
});
export type ReportCase = z.infer<typeof reportCaseSchema>;

/**
 * The names of cases that stand for a whole run, suite or file, following the names of the groups around it. A report
 * only has them if they failed.
 */
export const wholeCase = {
  run: "(the run itself)",
  suite: "(the suite itself)",
  file: "(the file itself)",
  plan: "(plan)",
  bailOut: "(bail out)",
  /** Each of several runs failed, though in different tests. */
  everyRun: "(every run)",
} as const;

/** The number of tests by status. */
export const caseCountsSchema = z.object({ passed: count, failed: count, skipped: count, flaky: count });
export type CaseCounts = z.infer<typeof caseCountsSchema>;

/** A parsed report of any format. */
export interface Report {
  cases: ReportCase[];
  /** The tests that are not listed, by status; absent if all are. */
  left_out?: CaseCounts | undefined;
  /** The latest time at which it says that something in it ran, in milliseconds since 1970. Many say nothing. */
  ran_at?: number | undefined;
}

/** One execution of a suite's command: everything that its counts were made from. */
const suiteRoundSchema = z.object({
  /** Null if it was killed by a signal. */
  exit_code: z.number().int().nullable(),
  /** The limit that ended it; null if none did. */
  stopped_by: z.enum(["timeout", "cancel"]).nullable(),
  /** The artifacts of the cycle that are its report; empty if it has none, or none that could be read. */
  report: z.array(z.string()),
});
export type SuiteRound = z.infer<typeof suiteRoundSchema>;

/** The artifact `<tag>.cases.json`: the cases of a suite's report, in one form for all formats. */
export const casesFileSchema = z.object({
  tag: tagSchema,
  /** The run that read the report. Absent in artifacts of earlier versions. */
  run_id: z.string().optional(),
  /** The artifact of the same cycle with more detail: the report, or the command's output. */
  details: z.string().optional(),
  cases: z.array(reportCaseSchema),
  /** The tests that are not listed, by status; absent if all are. */
  left_out: caseCountsSchema.optional(),
  /** Each execution of the command, so that the reports can be read again. Absent in artifacts of earlier versions. */
  rounds: z.array(suiteRoundSchema).optional(),
});
export type CasesFile = z.infer<typeof casesFileSchema>;
