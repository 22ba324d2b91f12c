import * as z from "zod";
import type { CaseStatus, Report, ReportCase } from "../../schemas/report.ts";
import { firstLines } from "./failure.ts";
import { parseJsonReport } from "./json-report.ts";

const testSchema = z.object({
  name: z.string(),
  status: z.enum(["passed", "failed", "skipped", "pending", "other"]),
  duration: z.number(),
  /** One string up to version 0, the list of its parts after. */
  suite: z.union([z.string(), z.array(z.string())]).nullish(),
  filePath: z.string().nullish(),
  message: z.string().nullish(),
  trace: z.string().nullish(),
  flaky: z.boolean().nullish(),
});

/** The Common Test Report Format, which adapters for many runners write. */
const ctrfSchema = z.object({ results: z.object({ tests: z.array(testSchema) }) });

type CtrfTest = z.infer<typeof testSchema>;

/** @throws CoreError `report_unreadable` */
export function readCtrf(text: string): Report {
  return { cases: parseJsonReport("CTRF", ctrfSchema, text).results.tests.map(caseOf) };
}

function caseOf(test: CtrfTest): ReportCase {
  const status = statusOf(test);
  const failure = firstLines([test.message, test.trace].filter(Boolean).join("\n"));
  return {
    name: qualifiedName(test),
    ...(test.filePath && { file: test.filePath }),
    status,
    duration_ms: Math.max(0, test.duration),
    ...((status === "failed" || status === "flaky") && failure !== "" && { failure }),
  };
}

function statusOf({ status, flaky }: CtrfTest): CaseStatus {
  if (status === "passed") return flaky ? "flaky" : "passed";
  return status === "failed" ? "failed" : "skipped";
}

/** Some adapters give a bare title and its suite, others (pytest's) a name that starts at the file. */
function qualifiedName({ name, suite, filePath }: CtrfTest): string {
  if (filePath && name.startsWith(filePath)) return name;
  return [...(Array.isArray(suite) ? suite : [suite]), name].filter(Boolean).join(" > ");
}
