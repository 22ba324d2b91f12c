import type { ReportCase } from "../../../schemas/plan/report.ts";
import type { Suite } from "../../../schemas/plan/suite.ts";
import { failedFirstFolder } from "../../experiments/layout.ts";
import { nameCase } from "../../experiments/outcomes/merge-cases.ts";
import type { CycleScope } from "../cycle/scope.ts";
import type { SuiteVerdict } from "../suite/evidence.ts";
import { runOnce } from "../suite/suite.ts";
import { selectTests } from "./select-tests.ts";

/**
 * Runs only the tests of a suite that failed before, ahead of the whole suite, so that repeated failures are known
 * early. Nothing found here counts, and what it leaves is not an artifact of the tag.
 * @param failed the tests that failed when the suite last ran
 * @returns the outcome, as a sentence without its full stop; undefined if no test had failed
 * @throws the signal's reason if it was stopped along with its run
 */
export async function runFailedFirst(
  scope: CycleScope,
  { tag, suite, failed }: { tag: string; suite: Suite; failed: readonly ReportCase[] },
): Promise<string | undefined> {
  if (failed.length === 0) return undefined;
  if ("builtin" in suite) return notRunFirst("the suite is built in");
  if (suite.report.format === "exit-code") return notRunFirst("it is counted by its exit status");
  const selected = selectTests(suite.command, failed);
  if ("reason" in selected) return notRunFirst(selected.reason);
  const verdict = await runOnce(scope, tag, { ...suite, command: selected.argv }, failedFirstFolder(tag));
  scope.signal.throwIfAborted();
  return describe(verdict, failed);
}

function notRunFirst(reason: string): string {
  return `its failed tests were not run first: ${reason}`;
}

function describe(verdict: SuiteVerdict, failed: readonly ReportCase[]): string {
  const found = new Map(verdict.cases.map((each) => [nameCase(each), each.status]));
  const count = (...statuses: (ReportCase["status"] | undefined)[]) =>
    failed.filter((each) => statuses.includes(found.get(nameCase(each)))).length;
  const missing = count(undefined, "skipped");
  if (missing === failed.length) {
    const reason = verdict.state === "no_evidence" ? verdict.reason : "the runner did not find them by name";
    return notRunFirst(reason);
  }
  const more = missing === 0 ? "" : `, ${missing} did not run`;
  return `run first, ${count("failed")} of ${failed.length} failed again${more}`;
}
