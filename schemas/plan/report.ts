import * as z from "zod";
import { tagSchema } from "../names.ts";

const count = z.number().int().nonnegative();

/** What one test showed. `flaky` is one that both failed and passed on the same code. */
const caseStatusSchema = z.enum(["passed", "failed", "skipped", "flaky"]);
export type CaseStatus = z.infer<typeof caseStatusSchema>;

/** One test, as a report tells of it. */
export const reportCaseSchema = z.object({
  /** With the names of the groups around it. Together with `file` it tells tests apart. */
  name: z.string(),
  /** As the report spells it: absolute or relative, by tool. */
  file: z.string().optional(),
  status: caseStatusSchema,
  duration_ms: z.number().nonnegative().optional(),
  /** The first lines of why it failed. */
  failure: z.string().optional(),
  /** How often it passed and failed, where its suite ran more than once. */
  tally: z.object({ passed: count, failed: count }).optional(),
});
export type ReportCase = z.infer<typeof reportCaseSchema>;

/**
 * The names of cases that stand for more than a test, within the names of the groups around it. A report has them only
 * where they failed.
 */
export const wholeCase = {
  run: "(the run itself)",
  suite: "(the suite itself)",
  file: "(the file itself)",
  plan: "(plan)",
  bailOut: "(bail out)",
  /** Of several runs, each of which failed, if in another test each time. */
  everyRun: "(every run)",
} as const;

/** How many tests of each status there are. */
export const caseCountsSchema = z.object({ passed: count, failed: count, skipped: count, flaky: count });
export type CaseCounts = z.infer<typeof caseCountsSchema>;

/** A report of any format, once read. */
export interface Report {
  cases: ReportCase[];
  /** How many more it has than are listed; absent where it has none. */
  left_out?: CaseCounts | undefined;
}

/** One time that a suite's command ran: all that its counts were made from. */
const suiteRoundSchema = z.object({
  /** Null where it was ended by a signal. */
  exit_code: z.number().int().nullable(),
  /** Which limit ended it; null where none did. */
  stopped_by: z.enum(["timeout", "cancel"]).nullable(),
  /** The artifacts of the cycle that are its report; none where it has no report, or none that could be read. */
  report: z.array(z.string()),
});
export type SuiteRound = z.infer<typeof suiteRoundSchema>;

/** The artifact `<tag>.cases.json`: what a suite's report said, whatever its format. */
export const casesFileSchema = z.object({
  tag: tagSchema,
  /** The run that read the report. Absent in artifacts of earlier versions. */
  run_id: z.string().optional(),
  /** The artifact of the same cycle that tells more: the report, or what the command printed. */
  details: z.string().optional(),
  cases: z.array(reportCaseSchema),
  /** How many more tests the report has than are listed; absent where all are. */
  left_out: caseCountsSchema.optional(),
  /** Each time that the command ran, by which the reports can be read again. Absent in artifacts of earlier versions. */
  rounds: z.array(suiteRoundSchema).optional(),
});
export type CasesFile = z.infer<typeof casesFileSchema>;
