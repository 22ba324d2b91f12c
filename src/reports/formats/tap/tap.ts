import { Parser, type Result } from "tap-parser";
import { type Report, type ReportCase, wholeCase } from "../../../../schemas/plan/report.ts";
import { explainFailure } from "../../failure.ts";
import { unreadable } from "../../unreadable.ts";
import { namesTestFile } from "../node-test.ts";
import { describeDiagnostic } from "./diagnostic.ts";
import { readNotes } from "./notes.ts";
import { checkPlans, type TapMark } from "./plans.ts";

/**
 * Reads TAP 13 and 14, including several documents in one stream. The cases are the innermost test points: the point
 * that closes a subtest only repeats it, and counts only if it failed although nothing in it did. A broken plan and a
 * bail-out are failures, as the protocol requires, but every point still counts. A point for a group or file without
 * tests is not a case. Cases have no file: node's runner only names it for failures, and a test's identity must not
 * change when it fails.
 * @throws CoreError `report_unreadable` for text without a version, a plan or a test point
 */
export function readTap(text: string): Report {
  const cases: ReportCase[] = [];
  const parser = new Parser();
  const marks = readLevel(parser, cases);
  parser.end(text);
  const { bailedOut } = parser;
  if (bailedOut)
    cases.push(failed(wholeCase.bailOut, bailedOut === true ? "It gives no reason." : bailedOut));
  else if (marks.length === 0) throw unreadable("TAP", describeAbsence(text));
  return { cases };
}

function describeAbsence(text: string): string {
  const hint = /^ (?:(?:not )?ok\b|1\.\.\d)/m.test(text)
    ? "; psql writes it with --no-align --tuples-only"
    : "";
  return `it has no version line, plan or test point${hint}`;
}

/** Reads one level of a stream. Its marks are filled in as it is read, and checked at its end. */
function readLevel(parser: Parser, cases: ReportCase[]): TapMark[] {
  const marks: TapMark[] = [];
  const notes = readNotes(parser);
  let subtest: { isEmpty: boolean; failed: boolean } | undefined;
  // The parser drops every point after a trailing plan, so plans are kept from it and checked here.
  parser.plan = (start, end) => {
    parser.emitResult();
    // At the end of a level without points, the parser makes up a version and a plan.
    if (parser.syntheticPlan) return;
    marks.push({ kind: "plan", start, end });
    notes.pass();
  };
  parser.version = () => {
    parser.emitResult();
    if (!parser.syntheticPlan) marks.push({ kind: "version" });
  };
  parser.on("child", (child: Parser) => {
    const before = cases.length;
    readLevel(child, cases);
    child.on("complete", () => {
      const own = cases.slice(before);
      subtest = { isEmpty: own.length === 0, failed: own.some(({ status }) => status === "failed") };
    });
  });
  parser.on("assert", (result: Result) => {
    marks.push({ kind: "point", id: result.id });
    const repeats = subtest?.isEmpty === false && (result.ok || subtest.failed);
    const isCase = !repeats && (hasFailed(result) || !isPlaceholder(result, subtest?.isEmpty === true));
    subtest = undefined;
    const own = isCase ? readCase(result) : undefined;
    if (own !== undefined) cases.push(own);
    notes.follow(result, own);
  });
  parser.on("complete", () => {
    notes.pass();
    if (parser.bailedOut) return;
    cases.push(...checkPlans(marks).map((flaw) => failed(qualify(parser.fullname, wholeCase.plan), flaw)));
  });
  return marks;
}

/** True for a point that closes a group without tests, or that node's runner makes up for a file without tests. */
function isPlaceholder(result: Result, isEmptySubtest: boolean): boolean {
  if (result.skip !== false || result.todo !== false) return false;
  const isFile = namesTestFile(result.name) && result.time !== null && result.fullname === result.name;
  return isEmptySubtest || isFile || isSuite(result.diag);
}

/** True for the diagnostic that node:test writes for a `describe`. */
function isSuite(diagnostic: unknown): boolean {
  if (typeof diagnostic !== "object" || diagnostic === null) return false;
  return "type" in diagnostic && diagnostic.type === "suite";
}

function hasFailed({ ok, skip, todo }: Result): boolean {
  return !ok && skip === false && todo === false;
}

function readCase(result: Result): ReportCase {
  const isSkipped = result.skip !== false || result.todo !== false;
  const status = isSkipped ? "skipped" : result.ok ? "passed" : "failed";
  return {
    name: result.fullname || `test ${result.id}`,
    status,
    ...(typeof result.time === "number" && { duration_ms: Math.max(0, result.time) }),
    ...explainFailure(status, describeDiagnostic(result.diag)),
  };
}

function failed(name: string, text: string): ReportCase {
  return { name, status: "failed", ...explainFailure("failed", { text }) };
}

function qualify(group: string, name: string): string {
  return group === "" ? name : `${group} > ${name}`;
}
