import { statSync } from "node:fs";
import { sep } from "node:path";
import type { TagSource } from "../../../schemas/experiment/outcomes.ts";
import { type CasesFile, casesFileSchema, type ReportCase } from "../../../schemas/plan/report.ts";
import { findSameTrees } from "../../git/changes/same-files.ts";
import { CoreError } from "../../utils/core-error.ts";
import { readRecord } from "../../utils/files/json.ts";
import { groupBy } from "../../utils/group-by.ts";
import { ownValue } from "../../utils/own-value.ts";
import { casesName, cycleDirectory, type ExperimentRef } from "../layout.ts";
import { findSetAside } from "../set-aside.ts";
import { type CountedCycle, findCycles } from "../timeline/entries.ts";
import type { TimelineEntry } from "../timeline/timeline.ts";
import { mergeCases } from "./merge-cases.ts";

/** More cycles at one commit would add no information. */
const maxCycles = 20;
/** Larger lists of tests are skipped. In bytes. */
const maxFile = 8 * 2 ** 20;

/** A run of a suite, and the code, branch and suite it belongs to. */
export type SuiteRun = Pick<TagSource, "run_id" | "commit" | "dirty" | "branch_uid" | "suite">;

/** What earlier cycles of the same code say about a suite's tests. */
export interface EarlierCycles {
  /**
   * Their tests, one list for each cycle, to be merged with those of the last run; empty if they would change nothing.
   */
  lists: ReportCase[][];
  /**
   * The number of tests that failed or were flaky in a cycle whose list is gone, as in a fresh clone; the maximum over
   * those cycles.
   */
  unlisted_red: number;
}

/**
 * Reads the tests of a tag as earlier cycles of the same code found them: at the same commit, or at one with the same
 * files, as it was before it was amended. They count together with those of the last run, like repeats of the suite: a
 * test that passed in one and failed in another is flaky. Uncommitted code has no earlier cycles. From cycles on a branch that has been forked again since, only tests that were flaky within those
 * cycles count, because other differences may be due to the branch.
 * @param isGreen whether no test failed or was flaky in the last run
 * @param hasLists whether a cycle may have lists of tests, if the caller knows
 */
export async function readEarlierCycles(
  ref: ExperimentRef,
  timeline: TimelineEntry[],
  tag: string,
  run: SuiteRun,
  isGreen: boolean,
  hasLists: (cycleId: string) => boolean = () => true,
): Promise<EarlierCycles> {
  const committed = findCommittedCycles(timeline, tag, run);
  const isAllGreen = isGreen && committed.every((cycle) => countTests(cycle, tag).red === 0);
  const cycles = isAllGreen ? [] : await selectSameCode(ref, committed, run);
  const found: { branch: string; cases: ReportCase[] }[] = [];
  const own = run.branch_uid ?? "";
  let unlisted_red = 0;
  for (const cycle of cycles) {
    const branch = cycle.branch_uid ?? own;
    const isListed = cycle.cycle_id !== undefined && hasLists(cycle.cycle_id);
    const cases = isListed ? await readCycleCases(ref, timeline, tag, cycle) : undefined;
    if (cases !== undefined) found.push({ branch, cases });
    else if (isSameBranch(branch, own)) unlisted_red = Math.max(unlisted_red, countTests(cycle, tag).red);
  }
  const lists = [...groupBy(found, ({ branch }) => branch)].flatMap(([branch, all]) => {
    const runs = all.map(({ cases }) => cases);
    return isSameBranch(branch, own) ? runs : [mergeCases(runs).filter(({ status }) => status === "flaky")];
  });
  return { lists, unlisted_red };
}

/** A branch whose uid is unknown counts as the same. */
function isSameBranch(branch: string, own: string): boolean {
  return branch === own || own === "" || branch === "";
}

/** Reads only the lists of tests from earlier cycles. */
export async function readEarlierCases(
  ...args: Parameters<typeof readEarlierCycles>
): Promise<ReportCase[][]> {
  return (await readEarlierCycles(...args)).lists;
}

/**
 * True if a list of tests matches the counts. A list that was edited so that a failure passes must not make a failing
 * test flaky.
 * @param red the number that failed or were flaky
 */
export function agreesWith(
  cases: readonly ReportCase[],
  { passed, red }: { passed: number; red: number },
): boolean {
  const count = (...statuses: ReportCase["status"][]) =>
    cases.filter(({ status }) => statuses.includes(status)).length;
  return count("passed") === passed && count("failed", "flaky") === red;
}

/** Finds the other cycles that ran a tag's suite on committed code, oldest first. */
function findCommittedCycles(timeline: TimelineEntry[], tag: string, run: SuiteRun): CountedCycle[] {
  if (run.commit === null || run.dirty) return [];
  return findCycles(timeline).filter(
    (cycle) =>
      cycle.run_id !== run.run_id &&
      cycle.dirty === false &&
      ownValue(cycle.suites, tag) === run.suite &&
      Object.hasOwn(cycle.by_tag, tag),
  );
}

/** Selects the latest cycles that ran the same code as a run. */
async function selectSameCode(
  { workspace }: ExperimentRef,
  cycles: CountedCycle[],
  { commit }: SuiteRun,
): Promise<CountedCycle[]> {
  if (commit === null) return [];
  const commits = cycles.flatMap((cycle) => cycle.commit ?? []);
  const same = await findSameTrees(workspace, commit, commits);
  return cycles.filter((cycle) => cycle.commit != null && same.has(cycle.commit)).slice(-maxCycles);
}

function countTests({ by_tag, flaky }: CountedCycle, tag: string): { passed: number; red: number } {
  const { passed, failed } = ownValue(by_tag, tag) ?? { passed: 0, failed: 0 };
  return { passed, red: failed + (ownValue(flaky, tag) ?? 0) };
}

/** Reads the tests that a cycle counted; undefined if no artifact matches the counts in the timeline. */
async function readCycleCases(
  ref: ExperimentRef,
  timeline: TimelineEntry[],
  tag: string,
  cycle: CountedCycle,
): Promise<ReportCase[] | undefined> {
  const { cycle_id, run_id } = cycle;
  if (cycle_id === undefined) return undefined;
  // A cycle that ran once has nothing set aside.
  const isOnly = findCycles(timeline).filter((each) => each.cycle_id === cycle_id).length === 1;
  const folders = [cycleDirectory(ref, cycle_id), ...(isOnly ? [] : findSetAside(ref, cycle_id))];
  for (const folder of folders.slice(0, maxCycles)) {
    const path = `${folder}${sep}${casesName(tag)}`;
    const file = isSmallFile(path) ? await readIfWhole(path) : undefined;
    // Lists from earlier versions, and from a run that a later one finished, do not carry the cycle's run id.
    if (file === undefined || (file.run_id !== run_id && !isOnly)) continue;
    // An incomplete list is good for its counts only.
    const isWhole = file.left_out === undefined && agreesWith(file.cases, countTests(cycle, tag));
    return isWhole ? file.cases : undefined;
  }
  return undefined;
}

function isSmallFile(path: string): boolean {
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  return size !== undefined && size <= maxFile;
}

async function readIfWhole(path: string): Promise<CasesFile | undefined> {
  try {
    return await readRecord(path, casesFileSchema);
  } catch (error) {
    if (error instanceof CoreError) return undefined;
    throw error;
  }
}
