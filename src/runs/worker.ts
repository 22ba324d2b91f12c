import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Run, RunResult } from "../../schemas/run.ts";
import type { Context } from "../context.ts";
import { CoreError, describeError } from "../core-error.ts";
import { findExperiment, getExperiment } from "../experiments/experiments.ts";
import { runDirectory, runsDirectory } from "../experiments/layout.ts";
import { Board, resultCounts } from "./board.ts";
import { type CycleResult, runCycle } from "./cycle.ts";
import { startGuard } from "./guard.ts";
import { readLastWord, readRequest } from "./journal.ts";
import { withSlot } from "./lock.ts";
import { renewExpiring } from "./renew.ts";
import { type ExperimentRunResult, runExperimentsInParallel } from "./schedule.ts";

/**
 * The race itself, in a process of its own. The journal is its only voice: whoever wants to know reads it there.
 * SIGTERM cancels it: commands are ended, and what they left is kept.
 */
export async function runWorker(
  { workspace, lakebase, launch }: Pick<Context, "workspace" | "lakebase" | "launch">,
  runId: string,
): Promise<void> {
  const request = await readRequest(workspace, runId);
  const board = new Board(workspace, await readLastWord(workspace, runId));
  const { feature_id, cycle_id, results, concurrency, budget } = board.run;
  const limits = stopAtLimits(budget.minutes_left);
  const { signal } = limits;
  const guard = startGuard(launch, runId);
  const slots = join(runsDirectory(workspace), "slots", feature_id);

  const runOne = (slug: string): Promise<CycleResult> =>
    withSlot(slots, request.plan.budget.concurrent_branches, signal, async () => {
      const experiment = await getExperiment({ workspace, feature_id, experiment_slug: slug });
      const onStep = (step: string, counts: Parameters<typeof resultCounts>[0]) =>
        board.updateResult(slug, { status: "running", step, ...resultCounts(counts) });
      return runCycle({ runId, cycleId: cycle_id, experiment, request, lakebase, signal, guard, onStep });
    });

  board.update({ state: "running" });
  const queued = results.filter(({ status }) => status === "queued").map((result) => result.experiment_slug);
  const raced = await Promise.all(
    queued.map((experiment_slug) => findExperiment({ workspace, feature_id, experiment_slug })),
  );
  const { ttl } = request.plan;
  await renewExpiring(
    lakebase,
    raced.filter((experiment) => experiment !== undefined),
    {
      ...{ ttl, minutes: budget.minutes_left, signal },
    },
  );
  await runExperimentsInParallel({
    experiments: queued,
    concurrency,
    run: runOne,
    onSettled: (settled, peak_in_flight) =>
      board.updateResult(settled.experiment_slug, asResult(settled), { peak_in_flight }),
  });
  guard.dismiss();
  limits.clear();
  await rm(join(runDirectory(workspace, runId), "work"), { recursive: true, force: true });
  const stopped_by = limits.stoppedBy();
  board.update(stopped_by === undefined ? { state: "finished" } : { state: "cancelled", stopped_by });
  await board.flush();
}

function asResult(settled: ExperimentRunResult<CycleResult>): Partial<RunResult> {
  const ended = { step: undefined, duration_ms: Math.round(settled.duration_ms) };
  return settled.status === "succeeded"
    ? { ...ended, status: settled.value.status, ...resultCounts(settled.value) }
    : { ...ended, status: settled.status, error: describeError(settled.error) };
}

function stopAtLimits(minutes: number) {
  const controller = new AbortController();
  let stoppedBy: Run["stopped_by"];
  const stop = (by: NonNullable<Run["stopped_by"]>, message: string) => {
    stoppedBy ??= by;
    controller.abort(new CoreError("run_stopped", message, { hint: "run_experiments starts a new cycle." }));
  };
  const cancel = () => stop("cancel_run", "The run was cancelled.");
  const clock = setTimeout(
    () => stop("wall_clock_minutes", "The plan's wall_clock_minutes ran out."),
    minutes * 60_000,
  );
  process.on("SIGTERM", cancel);
  return {
    signal: controller.signal,
    stoppedBy: () => stoppedBy,
    clear: () => {
      clearTimeout(clock);
      process.off("SIGTERM", cancel);
    },
  };
}
