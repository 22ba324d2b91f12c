import type { Report, ReportCase } from "../../schemas/plan/report.ts";
import { tallyCases } from "./count-cases.ts";

/** The most tests of a report to list one by one, and the most characters of text in them. */
const most = { cases: 50_000, text: 8 * 2 ** 20 };

/**
 * Bounds a report's list so that it fits into memory and a file; its counts stay the same. The most informative cases
 * are kept: those that failed or were flaky, then one test of each file.
 */
export function boundCases(cases: ReportCase[]): Report {
  const kept = new Set<ReportCase>();
  let room = most.text;
  for (const each of prioritize(cases)) {
    room -= measureText(each);
    if (kept.size === most.cases || room < 0) break;
    kept.add(each);
  }
  if (kept.size === cases.length) return { cases };
  const left_out = tallyCases({ cases: cases.filter((each) => !kept.has(each)) });
  return { cases: cases.filter((each) => kept.has(each)), left_out };
}

function prioritize(cases: readonly ReportCase[]): Iterable<ReportCase> {
  if (cases.length <= most.cases && cases.reduce((sum, each) => sum + measureText(each), 0) <= most.text)
    return cases;
  const files = new Set<string | undefined>();
  const informative: ReportCase[] = [];
  const others: ReportCase[] = [];
  for (const each of cases) {
    const isInformative = each.status === "failed" || each.status === "flaky" || !files.has(each.file);
    files.add(each.file);
    (isInformative ? informative : others).push(each);
  }
  return [...informative, ...others];
}

function measureText({ name, file = "", failure = "" }: ReportCase): number {
  return name.length + file.length + failure.length;
}
