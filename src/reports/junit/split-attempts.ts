import type { ReportCase } from "../../../schemas/plan/report.ts";
import { groupBy } from "../../utils/group-by.ts";

/**
 * Merges the attempts at a test that are in different files, as Surefire up to 3.2 writes them for classes with nested
 * ones: the first next to the tests of a nested class, the others in the file of the test's own class. To be used only if
 * the exit status says that nothing failed: otherwise such cases may have nothing but their name in common.
 */
export function mergeSplitAttempts(files: readonly ReportCase[][]): ReportCase[][] {
  const passed = new Map<string, number>();
  for (const [file, cases] of files.entries())
    for (const each of cases) if (hasPassed(each)) passed.set(identify(each), file);
  const isEarlier = (each: ReportCase, file: number) =>
    each.status === "failed" && (passed.get(identify(each)) ?? file) !== file;
  const earlier = groupBy(
    files.flatMap((cases, file) => cases.filter((each) => isEarlier(each, file))),
    identify,
  );
  return files.map((cases, file) =>
    cases
      .filter((each) => !isEarlier(each, file))
      .map((each) => (hasPassed(each) ? addAttempts(each, earlier.get(identify(each))) : each)),
  );
}

function addAttempts(last: ReportCase, failed: readonly ReportCase[] = []): ReportCase {
  const [first] = failed;
  if (first === undefined) return last;
  const tally = { passed: 1, failed: failed.length + (last.tally?.failed ?? 0) };
  return { ...last, status: "flaky", ...(first.failure !== undefined && { failure: first.failure }), tally };
}

function hasPassed({ status }: ReportCase): boolean {
  return status === "passed" || status === "flaky";
}

function identify({ name, file }: ReportCase): string {
  return JSON.stringify([name, file]);
}
