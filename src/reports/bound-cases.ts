import type { Report, ReportCase } from "../../schemas/plan/report.ts";
import { tallyCases } from "./read-report.ts";

/** So many tests of a report are listed one by one, with so many characters of text. */
const most = { cases: 50_000, text: 8 * 2 ** 20 };

/**
 * A report whose list fits into memory and into a file; what it counts stays as it was. Listed first is what tells most:
 * what failed or was flaky, then one test of each file.
 */
export function boundCases(cases: ReportCase[]): Report {
  const kept = new Set<ReportCase>();
  let room = most.text;
  for (const each of inOrder(cases)) {
    room -= measureText(each);
    if (kept.size === most.cases || room < 0) break;
    kept.add(each);
  }
  if (kept.size === cases.length) return { cases };
  const left_out = tallyCases({ cases: cases.filter((each) => !kept.has(each)) });
  return { cases: cases.filter((each) => kept.has(each)), left_out };
}

function inOrder(cases: readonly ReportCase[]): Iterable<ReportCase> {
  if (cases.length <= most.cases && cases.reduce((sum, each) => sum + measureText(each), 0) <= most.text)
    return cases;
  const files = new Set<string | undefined>();
  const telling: ReportCase[] = [];
  const others: ReportCase[] = [];
  for (const each of cases) {
    const isTelling = each.status === "failed" || each.status === "flaky" || !files.has(each.file);
    files.add(each.file);
    (isTelling ? telling : others).push(each);
  }
  return [...telling, ...others];
}

function measureText({ name, file = "", failure = "" }: ReportCase): number {
  return name.length + file.length + failure.length;
}
