import * as z from "zod";
import type { CaseStatus, Report, ReportCase } from "../../schemas/report.ts";
import { firstLines } from "./failure.ts";
import { parseJsonReport } from "./json-report.ts";

/** What `jest --json` writes, and `vitest --reporter=json` after it. Only what is read here is asked for. */
const jestSchema = z.object({
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
          /** How often jest ran it: more than once where it retries. */
          invocations: z.number().nullish(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
});

type FileResult = z.infer<typeof jestSchema>["testResults"][number];
type Assertion = FileResult["assertionResults"][number];

/** @throws CoreError `report_unreadable` */
export function readJestJson(text: string): Report {
  const { testResults } = parseJsonReport("vitest or jest JSON", jestSchema, text);
  return { cases: testResults.flatMap(casesOf) };
}

function casesOf(file: FileResult): ReportCase[] {
  const cases = file.assertionResults.map((result): ReportCase => {
    const status = statusOf(result);
    const failure = firstLines((result.failureMessages ?? []).join("\n"));
    return {
      name: [...result.ancestorTitles, result.title].filter((part) => part !== "").join(" > "),
      file: file.name,
      status,
      ...(typeof result.duration === "number" && { duration_ms: Math.max(0, result.duration) }),
      ...((status === "failed" || status === "flaky") && failure !== "" && { failure }),
    };
  });
  const failedToLoad = file.status === "failed" && !cases.some((each) => each.status === "failed");
  return failedToLoad ? [...cases, fileFailure(file)] : cases;
}

/** A file that broke outside its tests (it did not load, a hook threw) is a failure of its own. */
function fileFailure(file: FileResult): ReportCase {
  const failure = firstLines(file.message ?? "");
  return {
    name: "(the file itself)",
    file: file.name,
    status: "failed",
    ...(failure !== "" && { failure }),
  };
}

function statusOf({ status, invocations }: Assertion): CaseStatus {
  if (status === "passed") return (invocations ?? 1) > 1 ? "flaky" : "passed";
  return status === "failed" ? "failed" : "skipped";
}
