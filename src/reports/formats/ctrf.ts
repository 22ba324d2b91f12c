import * as z from "zod";
import { type CaseStatus, type Report, type ReportCase, wholeCase } from "../../../schemas/plan/report.ts";
import { explainFailure, tallyAttempts } from "../failure.ts";
import { findRanAt } from "../ran-at.ts";
import { hasFailure, makeUnshownFailure } from "../unshown.ts";
import { parseJsonReport } from "./json-report.ts";

const testSchema = z.object({
  name: z.string(),
  status: z.enum(["passed", "failed", "skipped", "pending", "other"]),
  duration: z.number(),
  /** A single string up to version 0, a list of its parts since then. */
  suite: z.union([z.string(), z.array(z.string())]).nullish(),
  filePath: z.string().nullish(),
  message: z.string().nullish(),
  trace: z.string().nullish(),
  line: z.number().nullish(),
  flaky: z.boolean().nullish(),
  /** How often it was retried; some adapters report only this. */
  retries: z.number().nullish(),
});

/** The Common Test Report Format, which adapters for many runners write. */
const ctrfSchema = z.object({
  results: z.object({
    tests: z.array(testSchema),
    summary: z
      .object({
        failed: z.number().catch(0),
        start: z.number().nullish().catch(undefined),
        stop: z.number().nullish().catch(undefined),
      })
      .nullish()
      .catch(undefined),
  }),
});

type CtrfTest = z.infer<typeof testSchema>;

/**
 * Reads a CTRF report.
 * @throws CoreError `report_unreadable`
 */
export function readCtrf(text: string): Report {
  const { tests, summary } = parseJsonReport("CTRF", ctrfSchema, text).results;
  const cases = tests.map(readCase);
  return {
    cases: [...cases, ...makeUnshownFailure(wholeCase.run, summary?.failed ?? 0, hasFailure(cases))],
    ran_at: findRanAt([summary?.start, summary?.stop]),
  };
}

function readCase(test: CtrfTest): ReportCase {
  const status = readStatus(test);
  const place = test.filePath && test.line ? `${test.filePath}:${test.line}` : "";
  return {
    name: qualifyName(test),
    ...(test.filePath && { file: test.filePath }),
    status,
    duration_ms: Math.max(0, test.duration),
    ...explainFailure(status, { message: test.message, text: test.trace || place }),
    ...tallyAttempts(status, test.retries ?? 0),
  };
}

function readStatus({ status, flaky, retries }: CtrfTest): CaseStatus {
  if (status === "passed") return flaky || (retries ?? 0) > 0 ? "flaky" : "passed";
  return status === "failed" ? "failed" : "skipped";
}

/** Some adapters report a bare title and its suite, others (pytest's) a name that starts with the file. */
function qualifyName({ name, suite, filePath }: CtrfTest): string {
  if (filePath && name.startsWith(filePath)) return name;
  return [...(Array.isArray(suite) ? suite : [suite]), name].filter(Boolean).join(" > ");
}
