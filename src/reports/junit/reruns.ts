import type { CaseStatus, ReportCase } from "../../../schemas/plan/report.ts";
import { groupBy } from "../../utils/group-by.ts";
import { tallyAttempts } from "../failure.ts";
import { isScript, isSourceFile } from "../source-files.ts";
import { isNodeTest } from "./names.ts";
import type { Suite, Testcase } from "./parse.ts";

/** A test case and how it is read. */
export interface Judged {
  testcase: Testcase;
  read: ReportCase;
}

/**
 * Test cases of which each is one test. Some tools write a test case for each attempt at a test, all of one name in one
 * suite (Gradle, gotestsum --rerun-fails, pytest-rerunfailures); with others, several tests have one name. They are
 * attempts for certain where the tool's names are unique; else where all but the last failed and the last passed.
 * @param believeLast false where the exit status says that something failed, and nothing else did: then what passed at
 * last did not make up for what failed before
 */
export function mergeReruns(judged: readonly Judged[], believeLast: boolean): Judged[] {
  const merged = new Map<Judged | undefined, Judged[]>();
  for (const [suite, members] of groupBy(judged, ({ testcase }) => testcase.suite)) {
    const groups = groupBy(members, identify);
    const runAgain = isPytest(suite) && countsFewer(suite, groups.size, members.length);
    const isUnique = isPytest(suite) || isGo(suite);
    for (const attempts of groups.values()) {
      const one = mergeAttempts(attempts, { runAgain, isUnique, believeLast });
      for (const each of one === undefined ? attempts : []) merged.set(each, [each]);
      if (one !== undefined) merged.set(attempts[0], [one]);
    }
  }
  return judged.flatMap((each) => merged.get(each) ?? []);
}

/** One test from attempts at it, or undefined where each is a test of its own. */
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
  // pytest-rerunfailures leaves no mark on an attempt that failed: that there was another says so.
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

/** Go allows no two tests of one name in a package. */
function isGo({ properties }: Suite): boolean {
  return properties.includes("go.version");
}

/** pytest tells tests of one name apart. It writes two test cases for one that fails and whose teardown fails, too. */
function isPytest({ attributes, parent }: Suite): boolean {
  return attributes.name === "pytest" || parent?.attributes.name === "pytest tests";
}

/** pytest counts the outcomes of tests. Where it has more test cases than those, it ran some again. */
function countsFewer({ attributes }: Suite, names: number, testcases: number): boolean {
  const counted = Number.parseInt(attributes.tests ?? "", 10);
  return names <= counted && counted < testcases;
}

/** Runners of JavaScript keep a test's attempts to themselves, and allow tests of one name. */
function hasOwnRetries({ testcase, read }: Judged): boolean {
  const { classname = "" } = testcase.attributes;
  return classname === "" || isSourceFile(classname) || isNodeTest(testcase) || isScript(read.file ?? "");
}
