import { CoreError, describeError } from "../core-error.ts";
import { getExperiment } from "../experiments/experiments.ts";
import type { Lakebase } from "../lakebase/lakebase.ts";
import { Board, resultCounts } from "./board.ts";
import { type CycleResult, runCycle } from "./cycle.ts";
import { readRequest, readRun, recordWorker } from "./journal.ts";
import { identifyProcess } from "./process-identity.ts";
import { runExperimentsInParallel } from "./schedule.ts";

/**
 * The race itself, in a process of its own. The journal is its only voice: whoever wants to know reads it there.
 * SIGTERM cancels it: commands are ended, and what they left is kept.
 */
export async function runWorker(workspace: string, lakebase: Lakebase, runId: string): Promise<void> {
  const self = await identifyProcess(process.pid);
  if (self === undefined) throw new Error("This process is not in the process table.");
  await recordWorker(workspace, runId, self);
  const request = await readRequest(workspace, runId);
  const board = new Board(workspace, await readRun(workspace, runId));
  const stop = stopAtLimits(request.plan.budget.wall_clock_minutes);

  const runOne = async (slug: string): Promise<CycleResult> => {
    stop.signal.throwIfAborted();
    const { feature_id, cycle_id } = board.run;
    return runCycle({
      runId,
      cycleId: cycle_id,
      experiment: await getExperiment({ workspace, feature_id, experiment_slug: slug }),
      request,
      lakebase,
      signal: stop.signal,
      onStep: (step, counts) =>
        board.updateResult(slug, { status: "running", step, ...resultCounts(counts) }),
    });
  };

  board.update({ state: "running" });
  await runExperimentsInParallel({
    experiments: board.run.results.map(({ experiment_slug }) => experiment_slug),
    concurrency: board.run.concurrency,
    run: runOne,
    onSettled: (result, peak_in_flight) => {
      const duration_ms = Math.round(result.duration_ms);
      const ended = { step: undefined, duration_ms };
      const change =
        result.status === "succeeded"
          ? { ...ended, status: result.value.status, ...resultCounts(result.value) }
          : { ...ended, status: result.status, error: describeError(result.error) };
      board.updateResult(result.experiment_slug, change, { peak_in_flight });
    },
  });
  stop.clear();
  board.update({ state: stop.signal.aborted ? "cancelled" : "finished" });
  await board.flush();
}

function stopAtLimits(minutes: number) {
  const controller = new AbortController();
  const stop = (message: string) =>
    controller.abort(
      new CoreError("run_stopped", message, { hint: "Run the experiments again to finish them." }),
    );
  process.once("SIGTERM", () => stop("The run was cancelled."));
  const clock = setTimeout(
    () => stop(`The plan's wall_clock_minutes (${minutes}) ran out.`),
    minutes * 60_000,
  );
  return { signal: controller.signal, clear: () => clearTimeout(clock) };
}
