import type { CaseStatus, ReportCase } from "../../../../schemas/plan/report.ts";
import { groupBy } from "../../../utils/group-by.ts";
import { tallyAttempts } from "../../failure.ts";
import { isScript, isSourceFile } from "../../source-files.ts";
import { isGo, isNodeTest } from "./names.ts";
import type { Suite, Testcase } from "./parse.ts";

/** A test case and its interpretation. */
export interface Judged {
  testcase: Testcase;
  read: ReportCase;
}

/**
 * Merges test cases that are attempts at the same test. Some tools write a test case for each attempt, with the same
 * name and suite (Gradle, gotestsum --rerun-fails, pytest-rerunfailures); in others, several tests may share a name.
 * Cases are attempts if the tool's names are unique, or if all but the last failed and the last passed.
 * @param believeLast false if the exit status reports a failure and nothing else failed: then passing in the end did
 * not make up for the earlier failure
 */
export function mergeReruns(judged: readonly Judged[], believeLast: boolean): Judged[] {
  const merged = new Map<Judged | undefined, Judged[]>();
  for (const [suite, members] of groupBy(judged, ({ testcase }) => testcase.suite)) {
    const groups = groupBy(members, identify);
    const runAgain = isPytest(suite) && countsOtherwise(suite, groups.size, members.length);
    const isUnique = isPytest(suite) || isGo(suite);
    for (const attempts of groups.values()) {
      const one = mergeAttempts(attempts, { runAgain, isUnique, believeLast });
      for (const each of one === undefined ? attempts : []) merged.set(each, [each]);
      if (one !== undefined) merged.set(attempts[0], [one]);
    }
  }
  return judged.flatMap((each) => merged.get(each) ?? []);
}

/** Merges attempts into one test; undefined if each is a test of its own. */
function mergeAttempts(
  attempts: readonly Judged[],
  { runAgain, isUnique, believeLast }: { runAgain: boolean; isUnique: boolean; believeLast: boolean },
): Judged | undefined {
  const last = attempts.at(-1);
  if (last === undefined || attempts.length === 1) return last;
  const earlier = attempts.slice(0, -1).map(({ read }) => read.status);
  if (!isUnique && (hasOwnRetries(last) || !earlier.every((status) => status === "failed"))) return undefined;
  const failure = attempts.find(({ read }) => read.failure !== undefined)?.read.failure;
  const withStatus = (status: CaseStatus): Judged => ({
    ...last,
    read: {
      ...last.read,
      status,
      ...(failure !== undefined && status !== "passed" && { failure }),
      ...tallyAttempts(status, earlier.length),
    },
  });
  // pytest-rerunfailures does not mark failed attempts; the existence of a later one implies a failure.
  const hasFailed = earlier.includes("failed") || runAgain;
  if (last.read.status === "passed" && hasFailed && believeLast) return withStatus("flaky");
  if (!isUnique) return undefined;
  const statuses = [...earlier, last.read.status];
  const worst = (["failed", "flaky", "passed"] as const).find((status) => statuses.includes(status));
  return withStatus(runAgain && worst === "passed" ? last.read.status : (worst ?? "skipped"));
}

function identify({ read, testcase }: Judged): string {
  return JSON.stringify([read.file, read.name, testcase.attributes.classname]);
}

/** pytest makes names unique. It writes two test cases for a test that fails and whose teardown fails as well. */
function isPytest({ attributes, parent }: Suite): boolean {
  return attributes.name === "pytest" || parent?.attributes.name === "pytest tests";
}

/**
 * True if pytest counted another number of tests than there are test cases, so that several of one name are attempts: it
 * counts attempts as one test, and each subtest as one more.
 */
function countsOtherwise({ attributes }: Suite, names: number, testcases: number): boolean {
  const counted = Number.parseInt(attributes.tests ?? "", 10);
  return names <= counted && counted !== testcases;
}

/** JavaScript runners do not report a test's attempts separately, and allow several tests with one name. */
function hasOwnRetries({ testcase, read }: Judged): boolean {
  const { classname = "" } = testcase.attributes;
  return classname === "" || isSourceFile(classname) || isNodeTest(testcase) || isScript(read.file ?? "");
}
