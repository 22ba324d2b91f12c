import { setMaxListeners } from "node:events";
import type { Run } from "../../../schemas/run.ts";
import { CoreError, getMessage } from "../../utils/core-error.ts";
import { longestTimerMs } from "../../utils/longest-timer.ts";
import { isCancelRequested } from "../journal/journal.ts";

/** What may end a run early. */
export interface RunLimits {
  /** Aborted when one of the limits is reached. */
  signal: AbortSignal;
  /** Returns the run's final state: finished, unless a limit ended it. */
  end: () => Pick<Run, "state" | "stopped_by">;
  clear: () => void;
}

/** Why a run was ended early. */
class RunStopped extends CoreError {
  readonly end: Pick<Run, "state" | "stopped_by">;
  /** To be used as part of a sentence. */
  readonly reason: string;

  constructor(end: RunStopped["end"], reason: string) {
    const resumes = end.state === "interrupted";
    super("run_stopped", `The run was ended: ${reason}.`, {
      hint: resumes
        ? "Run the experiments again to finish the cycle."
        : "Run the experiments again to start a new cycle.",
    });
    this.end = end;
    this.reason = reason;
  }
}

/**
 * Watches for what may end this process, a run's worker: `cancel_run`, the budget's minutes, and a SIGTERM from
 * elsewhere.
 */
export function watchLimits(workspace: string, runId: string, minutes: number): RunLimits {
  const controller = new AbortController();
  // Every experiment that waits or runs adds a listener.
  setMaxListeners(0, controller.signal);
  const stop = (...why: ConstructorParameters<typeof RunStopped>) => controller.abort(new RunStopped(...why));
  const onTerm = () =>
    isCancelRequested(workspace, runId)
      ? stop({ state: "cancelled", stopped_by: "cancel_run" }, "it was cancelled")
      : stop({ state: "interrupted" }, "its worker was terminated");
  const onClock = () =>
    stop({ state: "cancelled", stopped_by: "wall_clock_minutes" }, "the plan's wall_clock_minutes ran out");
  const clock = setTimeout(onClock, Math.min(minutes * 60_000, longestTimerMs));
  process.on("SIGTERM", onTerm);
  if (isCancelRequested(workspace, runId)) onTerm();
  return {
    signal: controller.signal,
    end: () => describeEnd(controller.signal),
    clear: () => {
      clearTimeout(clock);
      process.off("SIGTERM", onTerm);
    },
  };
}

function describeEnd({ reason }: AbortSignal): Pick<Run, "state" | "stopped_by"> {
  return reason instanceof RunStopped ? reason.end : { state: "finished" };
}

/** Whether the run was ended in a way that a later run can resume. */
export function isInterruption(signal: AbortSignal): boolean {
  return describeEnd(signal).state === "interrupted";
}

/** Returns why the run was stopped, as part of a sentence. */
export function describeStop({ reason }: AbortSignal): string {
  return reason instanceof RunStopped ? reason.reason : getMessage(reason);
}
