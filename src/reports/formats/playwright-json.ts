import * as z from "zod";
import { type CaseStatus, type Report, type ReportCase, wholeCase } from "../../../schemas/plan/report.ts";
import { explainFailure, type FailureParts, tallyAttempts } from "../failure.ts";
import { findRanAt } from "../ran-at.ts";
import { hasFailure, makeUnshownFailure } from "../unshown.ts";
import { parseJsonReport } from "./json-report.ts";

const errorSchema = z.object({
  message: z.string().optional(),
  value: z.string().optional(),
  location: z.object({ file: z.string(), line: z.number(), column: z.number() }).optional().catch(undefined),
});

const testSchema = z.object({
  projectName: z.string().optional(),
  status: z.enum(["expected", "unexpected", "flaky", "skipped"]),
  results: z.array(
    z.object({
      status: z.string().optional(),
      duration: z.number(),
      errors: z.array(errorSchema).optional(),
    }),
  ),
});

const suiteSchema = z.object({
  title: z.string(),
  specs: z.array(z.object({ title: z.string(), file: z.string(), tests: z.array(testSchema) })),
  get suites() {
    return z.array(suiteSchema).optional();
  },
});
type Suite = z.infer<typeof suiteSchema>;

/** The output of `playwright test --reporter=json`. */
const playwrightSchema = z.object({
  suites: z.array(suiteSchema),
  errors: z.array(errorSchema).optional(),
  stats: z
    .object({ unexpected: z.number().catch(0), startTime: z.string().optional().catch(undefined) })
    .optional()
    .catch(undefined),
});

const statuses: Record<z.infer<typeof testSchema>["status"], CaseStatus> = {
  expected: "passed",
  unexpected: "failed",
  flaky: "flaky",
  skipped: "skipped",
};

/**
 * Reads a JSON report of Playwright. A test that runs in several projects is one case in each. A test that is expected
 * to fail, and does, has passed.
 * @throws CoreError `report_unreadable`
 */
export function readPlaywrightJson(text: string): Report {
  const { suites, errors = [], stats } = parseJsonReport("Playwright JSON", playwrightSchema, text);
  // The outermost suites are the files, whose names are in the specs.
  const tests = suites.flatMap((file) => readCases(file, []));
  const cases = [...tests, ...errors.filter((error) => !isNote(error, tests)).map(runFailure)];
  return {
    cases: [...cases, ...makeUnshownFailure(wholeCase.run, stats?.unexpected ?? 0, hasFailure(cases))],
    ran_at: findRanAt([stats?.startTime]),
  };
}

function readCases(suite: Suite, titles: string[]): ReportCase[] {
  const own = suite.specs.flatMap((spec) =>
    spec.tests.map((test): ReportCase => {
      const project = test.projectName ? `[${test.projectName}] ` : "";
      const status = statuses[test.status];
      const [error] = test.results.flatMap((result) => result.errors ?? []);
      return {
        name: project + [...titles, spec.title].join(" > "),
        file: spec.file,
        status,
        duration_ms: test.results.reduce((sum, result) => sum + result.duration, 0),
        ...explainFailure(status, error === undefined ? {} : describeError(error)),
        ...tallyAttempts(status, test.results.length - 1),
      };
    }),
  );
  const inner = (suite.suites ?? []).flatMap((each) => readCases(each, [...titles, each.title]));
  return [...own, ...inner];
}

/**
 * True for an error that is no failure of its own: that there are no tests, or that the run ended at the most failures
 * allowed (`maxFailures`), which its tests show.
 */
function isNote({ message = "" }: z.infer<typeof errorSchema>, tests: readonly ReportCase[]): boolean {
  if (/^(?:Error: )?No tests found/.test(message)) return tests.length === 0;
  return hasFailure(tests) && /^Testing stopped early after \d+ maximum allowed failures/.test(message);
}

/** A failure of the run outside any test: a file that does not load, or a server that does not start. */
function runFailure(error: z.infer<typeof errorSchema>): ReportCase {
  return { name: wholeCase.run, status: "failed", ...explainFailure("failed", describeError(error)) };
}

function describeError({ message, value, location }: z.infer<typeof errorSchema>): FailureParts {
  const place = location === undefined ? "" : `at ${location.file}:${location.line}:${location.column}`;
  return { message: message ?? value, text: place };
}
