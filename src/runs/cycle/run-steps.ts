import type { Step, Suite } from "../../../schemas/plan/suite.ts";
import { fingerprintSuite } from "../../experiments/code/fingerprint.ts";
import { setTagAside } from "../../experiments/set-aside.ts";
import { LakebaseError } from "../../lakebase/cli/errors.ts";
import type { CoreError } from "../../utils/core-error.ts";
import { asKnownError } from "../../utils/processes/system-errors.ts";
import { runMigrations } from "../migrations/run-migrations.ts";
import { readFailedCases } from "../rerun/failed-cases.ts";
import { runFailedFirst } from "../rerun/run-failed-first.ts";
import { runSetup, runSuite, SetupFailed } from "../suite/suite.ts";
import { prepareWorktree } from "../worktree/prepare-worktree.ts";
import { findFailureCause } from "./causes/failure-cause.ts";
import { findExternalCause, findLack, findOtherDatabase } from "./causes/find-external-cause.ts";
import { findSetupCause } from "./causes/setup-cause.ts";
import type { CycleCounts } from "./counts.ts";
import { findFlaky } from "./find-flaky.ts";
import { describeSource } from "./record.ts";
import type { CycleScope } from "./scope.ts";

/**
 * Runs the setup and the suites that are not counted yet on this machine, and counts them.
 * @returns what prevented a measurement, or how the setup failed; undefined if everything went well
 */
export async function runSteps(
  scope: CycleScope,
  counts: CycleCounts,
  save: () => Promise<void>,
): Promise<CoreError | undefined> {
  const { request, signal, onStep } = scope;
  const { plan, tags } = request;
  const isOpen = (tag: string) => tags.includes(tag) && !Object.hasOwn(counts.evidence, tag);
  const open = Object.entries(plan.suites).filter(([tag]) => isOpen(tag));
  const isFresh = Object.keys(counts.evidence).length === 0;
  let first: CoreError | undefined;
  /** What prevents all further suites from running. */
  let blocking: CoreError | undefined;
  if (open.length > 0) blocking = await prepare(scope);
  if (plan.setup !== undefined && isFresh && open.length > 0 && blocking === undefined) {
    onStep("setup", counts);
    blocking = await countSetup(scope, plan.setup, counts);
    if (counts.setup_failed !== undefined) return blocking;
  }
  for (const [index, [tag, suite]] of open.entries()) {
    onStep(tag, counts);
    signal.throwIfAborted();
    const isLast = index === open.length - 1;
    const onPassed = isLast && mayLeave(scope) ? () => leaveEarly(scope) : undefined;
    const trouble = blocking ?? (await countSuite(scope, tag, suite, counts, onPassed));
    if (trouble !== undefined) {
      counts.evidence[tag] = { state: "no_evidence", reason: trouble.message, code: trouble.code };
      if (blocking !== trouble) await scope.recordTrouble(trouble, tag);
    }
    if (trouble !== undefined && isOfBranch(trouble)) blocking = trouble;
    first ??= trouble;
    await save();
  }
  return first;
}

/**
 * Whether an experiment may make room for the next one as soon as its last suite has passed, while its files are still
 * read: the next one must be neither disturbed by that nor write to the same folder. A suite that failed keeps its place
 * until the cause is known.
 */
function mayLeave({ isAlone, code }: CycleScope): boolean {
  return !isAlone && code.worktree !== undefined;
}

async function leaveEarly({ turn, onLeft }: CycleScope): Promise<void> {
  turn.leave();
  await turn.letOthersStart();
  onLeft?.();
}

/** @returns what prevented the worktree from being prepared */
async function prepare(scope: CycleScope): Promise<CoreError | undefined> {
  try {
    await prepareWorktree(scope);
    return undefined;
  } catch (error) {
    scope.signal.throwIfAborted();
    const trouble = asKnownError(error);
    await scope.recordTrouble(trouble);
    return trouble;
  }
}

/** Whether a problem is with the branch, without which no suite can run. */
function isOfBranch(trouble: CoreError): boolean {
  return trouble instanceof LakebaseError || ["branch_gone", "branch_replaced"].includes(trouble.code);
}

/** @returns how the setup failed, or what prevented it from running */
async function countSetup(
  scope: CycleScope,
  steps: readonly Step[],
  counts: CycleCounts,
): Promise<CoreError | undefined> {
  try {
    await runSetup(scope, steps);
    return undefined;
  } catch (error) {
    scope.signal.throwIfAborted();
    const trouble = asKnownError(error);
    const outside = trouble instanceof SetupFailed ? await findSetupCause(scope, steps) : trouble;
    if (outside !== undefined) {
      await scope.recordTrouble(outside);
      return outside;
    }
    if (trouble instanceof SetupFailed)
      counts.setup_failed = { reason: trouble.message, artifact: trouble.artifact };
    return trouble;
  }
}

/** Runs only the tests of a suite that failed before, and reports the outcome: the whole suite follows in any case. */
async function runFailedTests(
  scope: CycleScope,
  of: Parameters<typeof runFailedFirst>[1],
  counts: CycleCounts,
): Promise<void> {
  const found = await runFailedFirst(scope, of);
  if (found === undefined) return;
  counts.failed_first = { ...counts.failed_first, [of.tag]: found };
  scope.onStep(of.tag, counts);
}

/** How many files in doubt a tag's evidence names. */
const mostInDoubt = 20;

/**
 * @param onPassed called as soon as the suite's command has ended well
 * @returns what prevented the suite from being measured, if that was not its own fault; it is not counted in that
 *   case
 */
async function countSuite(
  scope: CycleScope,
  tag: string,
  suite: Suite,
  counts: CycleCounts,
  onPassed: (() => Promise<void>) | undefined,
): Promise<CoreError | undefined> {
  const failed =
    scope.request.job?.failed_cases ??
    (scope.before && (await readFailedCases(scope.experiment, scope.before, tag)));
  await setTagAside(scope.experiment, scope.cycleId, tag);
  const isBuiltin = "builtin" in suite;
  if (failed !== undefined) await runFailedTests(scope, { tag, suite, failed }, counts);
  const begin = scope.turn.now();
  const verdict = isBuiltin
    ? await runMigrations(scope, { tag, suite })
    : await runSuite(scope, { tag, suite, repeat: scope.request.repeat, onPassed });
  const duration_ms = Math.round(scope.turn.now() - begin);
  const source = describeSource(scope, fingerprintSuite(scope.request.plan, suite));
  if (verdict.state === "no_evidence") {
    const trouble =
      verdict.trouble ??
      (await findLack(scope, tag, verdict.cases)) ??
      (await findOtherDatabase(scope, tag, verdict.cases));
    if (trouble !== undefined) return trouble;
    counts.evidence[tag] = { state: verdict.state, reason: verdict.reason, duration_ms, source };
    return undefined;
  }
  const { outcome, flaky, durations_ms, in_doubt = [], plain_database } = verdict;
  // A repeat that failed makes its tests flaky.
  const hasFailed = outcome.failed > 0 || flaky > 0;
  const outside = hasFailed ? await findExternalCause(scope, tag, verdict.cases) : undefined;
  if (outside !== undefined) return outside;
  const isRetried = outcome.failed > 0 && !isBuiltin && suite.retry_on_fresh_branch === true;
  const cause = isRetried ? await findFailureCause(scope, tag, suite) : {};
  const flakyTests = await findFlaky(scope, tag, source, verdict.cases);
  if (flakyTests.length > 0) counts.flaky = { ...counts.flaky, [tag]: flakyTests };
  counts.by_tag[tag] = outcome;
  const measured = {
    ...{ duration_ms, durations_ms, alone: scope.isAlone },
    ...(in_doubt.length > 0 && { in_doubt: in_doubt.slice(0, mostInDoubt) }),
    ...(plain_database !== undefined && { plain_database }),
  };
  counts.evidence[tag] = { state: verdict.state, ...measured, ...(flaky > 0 && { flaky }), ...cause, source };
  return undefined;
}
