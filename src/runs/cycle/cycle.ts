import type { ErrorDescription } from "../../../schemas/error.ts";
import type { ExperimentOutcomes } from "../../../schemas/experiment/outcomes.ts";
import { writeOutcomes } from "../../experiments/outcomes/outcomes.ts";
import { writeRuntime } from "../../experiments/timeline/timeline.ts";
import type { CoreError } from "../../utils/core-error.ts";
import { describeError } from "../../utils/describe-error.ts";
import { asKnownError } from "../../utils/processes/system-errors.ts";
import type { Executor } from "../worker/executor.ts";
import { describeStop, isInterruption } from "../worker/limits.ts";
import { type CycleCounts, hasUnfinished, judgeCounts, withUnfinished } from "./counts.ts";
import {
  type Differences,
  measureCodeMeanwhile,
  readSchemaMeanwhile,
  recordDifferences,
} from "./differences.ts";
import { withPorts } from "./ports.ts";
import { reachExperiment } from "./reach.ts";
import {
  closeCycle,
  hasFindings,
  mergeOutcomes,
  readPrevious,
  recordAttempt,
  restoreCounts,
} from "./record.ts";
import type { CycleScope, CycleSpec } from "./scope.ts";

export interface CycleResult extends CycleCounts {
  status: ReturnType<typeof judgeCounts>;
  /** What prevented the measurement if it was not the design's fault, or how its setup failed. */
  error?: ErrorDescription | undefined;
}

/**
 * Runs one cycle of one experiment: logs in to its branch, runs the plan's setup, then one suite after another. Its
 * record is written at every step, and says `running` until the end. What an interrupted run finished in this cycle is
 * kept if the code and branch are still the same, and so are earlier counts of tags that this cycle does not count.
 * Trouble with Lakebase, the worktree or the machine is not a result: it goes to the timeline, and leaves the record as
 * it was.
 * @param executor runs the suites
 * @throws the signal's reason if the run was stopped
 */
export async function runCycle(spec: CycleSpec, executor: Executor): Promise<CycleResult> {
  const begin = spec.turn.now();
  try {
    const scope = await reachExperiment(spec);
    const ports = executor.isHere ? (spec.request.plan.ports ?? 0) : 0;
    return await withPorts(ports, spec.signal, (leased) =>
      runReached({ ...scope, ports: leased }, executor, begin),
    );
  } catch (error) {
    spec.signal.throwIfAborted();
    const trouble = asKnownError(error);
    await recordAttempt(spec, trouble);
    return { by_tag: {}, evidence: {}, status: "not_measured", error: describeError(trouble) };
  }
}

async function runReached(scope: CycleScope, executor: Executor, begin: number): Promise<CycleResult> {
  const { experiment, request, signal } = scope;
  const previous = await readPrevious(scope);
  const counts = restoreCounts(scope, previous);
  const differences: Differences = {};
  const write = (isRunning: boolean) =>
    writeOutcomes(experiment, mergeOutcomes(scope, previous, counts, { differences, isRunning }));
  await write(true);
  const code = measureCodeMeanwhile(scope);
  const schema = readSchemaMeanwhile(scope);
  let error: CoreError | undefined;
  try {
    const before = request.failed_tags === undefined ? undefined : previous;
    const steps = { ...scope, before, onSuiteStarted: code.begin, onLeft: schema.begin };
    error = await executor.runSteps(steps, counts, () => write(true));
    // A job's differences are recorded by the run that sent it.
    if (hasFindings(counts) && request.job === undefined) {
      // What is to be measured alone is not disturbed.
      if (!scope.isAlone) scope.turn.leave();
      scope.onStep("differences", counts);
      Object.assign(differences, await recordDifferences(scope, { code, schema }));
    }
  } finally {
    if (signal.aborted) counts.evidence = withUnfinished(counts.evidence, request.tags, describeStop(signal));
    const duration_ms = Math.round(scope.turn.now() - begin);
    const isFound = hasFindings(counts);
    if (isFound || previous?.evidence === undefined) await write(false);
    else await writeOutcomes(experiment, closeRunning(previous));
    if (isFound) await writeRuntime(experiment, duration_ms);
    const isOpen = isInterruption(signal) && hasUnfinished(counts);
    if ((isFound || signal.aborted) && !isOpen)
      await closeCycle(scope, counts, { status: judgeCounts(counts), duration_ms });
  }
  return { ...counts, status: judgeCounts(counts), error: error && describeError(error) };
}

/**
 * Corrects an earlier run's record that no living run writes: if it says `running`, it was left by a run that is over.
 */
function closeRunning(previous: ExperimentOutcomes): ExperimentOutcomes {
  return previous.status === "running" ? { ...previous, status: "failed" } : previous;
}
