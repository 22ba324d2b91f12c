import * as z from "zod";
import { type CaseStatus, type Report, type ReportCase, wholeCase } from "../../../schemas/plan/report.ts";
import { explainFailure, tallyAttempts } from "../failure.ts";
import { findRanAt } from "../ran-at.ts";
import { hasFailure, makeUnshownFailure } from "../unshown.ts";
import { parseJsonReport } from "./json-report.ts";

/** The output of `jest --json`, which `vitest --reporter=json` imitates. Only the fields that are used. */
const jestSchema = z.object({
  numFailedTests: z.number().catch(0),
  numFailedTestSuites: z.number().catch(0),
  startTime: z.number().nullish().catch(undefined),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().nullish(),
      assertionResults: z.array(
        z.object({
          title: z.string(),
          fullName: z.string(),
          ancestorTitles: z.array(z.string()),
          status: z.string(),
          duration: z.number().nullish(),
          /** How often jest ran it: more than once if it retries. */
          invocations: z.number().nullish(),
          /** For every attempt in vitest, for the last one in jest. */
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
});

type FileResult = z.infer<typeof jestSchema>["testResults"][number];
type Assertion = FileResult["assertionResults"][number];

/**
 * Reads a JSON report of jest or vitest.
 * @throws CoreError `report_unreadable`
 */
export function readJestJson(text: string): Report {
  const report = parseJsonReport("vitest or jest JSON", jestSchema, text);
  const cases = report.testResults.flatMap(readCases);
  const counted = Math.max(report.numFailedTests, report.numFailedTestSuites);
  return {
    cases: [...cases, ...makeUnshownFailure(wholeCase.run, counted, hasFailure(cases))],
    ran_at: findRanAt([report.startTime]),
  };
}

function readCases(file: FileResult): ReportCase[] {
  const cases = file.assertionResults.map((result): ReportCase => {
    const status = readStatus(result);
    return {
      name: [...result.ancestorTitles, result.title].filter((part) => part !== "").join(" > "),
      file: file.name,
      status,
      ...(typeof result.duration === "number" && { duration_ms: Math.max(0, result.duration) }),
      ...explainFailure(status, { text: result.failureMessages?.join("\n") }),
      ...tallyAttempts(status, (result.invocations ?? 1) - 1),
    };
  });
  const failedToLoad = file.status === "failed" && !cases.some((each) => each.status === "failed");
  return failedToLoad ? [...cases, fileFailure(file)] : cases;
}

/** A file that failed outside its tests (it did not load, or a hook threw) counts as a failure of its own. */
function fileFailure(file: FileResult): ReportCase {
  const explained = explainFailure("failed", { text: file.message });
  return { name: wholeCase.file, file: file.name, status: "failed", ...explained };
}

function readStatus({ status, invocations, failureMessages }: Assertion): CaseStatus {
  const hasFailed = (invocations ?? 1) > 1 || (failureMessages ?? []).length > 0;
  if (status === "passed") return hasFailed ? "flaky" : "passed";
  return status === "failed" ? "failed" : "skipped";
}
