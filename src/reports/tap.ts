import { Parser, type Result, type TapError } from "tap-parser";
import type { Report, ReportCase } from "../../schemas/report.ts";
import { firstLines } from "./failure.ts";
import { unreadable } from "./unreadable.ts";

/**
 * TAP 13 and 14. The cases are the innermost test points: the one that closes a subtest only repeats it, and counts
 * where it failed though nothing in it did. A broken plan and a bail-out are failures, as the protocol has it.
 * Files are not told: node's runner names one for failures only, and a test must not change its name as it fails.
 * @throws CoreError `report_unreadable` for text without a version, a plan or a test point
 */
export function readTap(text: string): Report {
  const cases: ReportCase[] = [];
  let isTap = false;
  const parser = new Parser();
  for (const event of ["version", "plan", "assert", "bailout"]) {
    parser.once(event, () => {
      // At the end of text that has nothing of TAP, the parser makes up a version and a plan.
      isTap ||= !parser.syntheticPlan;
    });
  }
  collect(parser, cases);
  parser.end(text);
  if (!isTap) throw unreadable("TAP", "it has no version line, plan or test point");
  if (parser.bailedOut) cases.push(failed("(bail out)", String(parser.bailedOut)));
  return { cases };
}

function collect(parser: Parser, cases: ReportCase[]): void {
  let subtest: { failed: boolean } | undefined;
  parser.on("child", (child: Parser) => {
    const before = cases.length;
    collect(child, cases);
    child.on("complete", () => {
      const own = cases.slice(before);
      subtest = own.length === 0 ? undefined : { failed: own.some((each) => each.status === "failed") };
    });
  });
  parser.on("assert", (result: Result) => {
    const repeats = subtest !== undefined && (result.ok || subtest.failed);
    subtest = undefined;
    if (!repeats) cases.push(caseOf(result));
  });
  parser.on("complete", ({ failures }: { failures: TapError[] }) => {
    const broken = failures.filter((failure) => "tapError" in failure && failure.tapError);
    cases.push(
      ...broken.map((failure) => failed(named(parser.fullname, "(plan)"), String(failure.tapError))),
    );
  });
}

function caseOf(result: Result): ReportCase {
  const isSkipped = result.skip !== false || result.todo !== false;
  const status = isSkipped ? "skipped" : result.ok ? "passed" : "failed";
  const failure = status === "failed" ? firstLines(detailOf(result)) : "";
  return {
    name: result.fullname || `test ${result.id}`,
    status,
    ...(typeof result.time === "number" && { duration_ms: Math.max(0, result.time) }),
    ...(failure !== "" && { failure }),
  };
}

/** Diagnostics are free; runners agree on these names. */
function detailOf({ diag }: Result): string {
  const parts = ["error", "message", "diff", "stack"].map((key) => diag?.[key]);
  return parts.filter((part) => typeof part === "string").join("\n");
}

function failed(name: string, failure: string): ReportCase {
  return { name, status: "failed", failure: firstLines(failure) };
}

function named(group: string, name: string): string {
  return group === "" ? name : `${group} > ${name}`;
}
