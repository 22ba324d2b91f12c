import { describe, expect, it, onTestFinished, vi } from "vitest";
import { requestCancel } from "../../../src/runs/journal/journal.ts";
import { describeStop, isInterruption, watchLimits } from "../../../src/runs/worker/limits.ts";
import { CoreError } from "../../../src/utils/core-error.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";
import { nameRun } from "../../support/records.ts";

async function watch(minutes = 30) {
  const workspace = await temporaryFolder();
  const limits = watchLimits(workspace, nameRun("C1"), minutes);
  onTestFinished(limits.clear);
  return {
    ...limits,
    cancel: () => requestCancel(workspace, nameRun("C1")),
    terminate: () => process.emit("SIGTERM"),
  };
}

describe("a run", () => {
  it("has finished unless a limit ended it", async () => {
    const { signal, end } = await watch();
    expect(signal.aborted).toBe(false);
    expect(end()).toEqual({ state: "finished" });
    expect(isInterruption(signal)).toBe(false);
  });

  it("is interrupted, to be resumed, if its worker is terminated by others", async () => {
    const { signal, end, terminate } = await watch();
    terminate();
    expect(end()).toEqual({ state: "interrupted" });
    expect(isInterruption(signal)).toBe(true);
    expect(describeStop(signal)).toBe("its worker was terminated");
    expect(signal.reason).toMatchObject({
      code: "run_stopped",
      message: "The run was ended: its worker was terminated.",
      hint: "Run the experiments again to finish the cycle.",
    });
  });

  it("is cancelled if somebody asked for that before its worker was terminated", async () => {
    const { signal, end, cancel, terminate } = await watch();
    await cancel();
    terminate();
    expect(end()).toEqual({ state: "cancelled", stopped_by: "cancel_run" });
    expect(isInterruption(signal)).toBe(false);
    expect(signal.reason).toMatchObject({ hint: "Run the experiments again to start a new cycle." });
  });

  it("is cancelled at once if that was asked for before its worker listened", async () => {
    const workspace = await temporaryFolder();
    await requestCancel(workspace, nameRun("C1"));
    const limits = watchLimits(workspace, nameRun("C1"), 30);
    onTestFinished(limits.clear);
    expect(limits.signal.aborted).toBe(true);
    expect(limits.end()).toEqual({ state: "cancelled", stopped_by: "cancel_run" });
  });

  it("keeps the first reason that ended it", async () => {
    const { signal, terminate, cancel } = await watch();
    terminate();
    await cancel();
    terminate();
    expect(describeStop(signal)).toBe("its worker was terminated");
  });
});

describe("the budget's minutes", () => {
  const atClock = () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
  };

  it("end a run when they are over, and not before", async () => {
    atClock();
    const { signal, end } = await watch(1.5);
    vi.advanceTimersByTime(89_999);
    expect(signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(end()).toEqual({ state: "cancelled", stopped_by: "wall_clock_minutes" });
    expect(describeStop(signal)).toBe("the plan's wall_clock_minutes ran out");
  });

  // A timer takes 32 bits of milliseconds; with more it would end at once.
  it("may be more than a timer can hold", async () => {
    atClock();
    const { signal } = await watch(100_000);
    vi.advanceTimersByTime(20 * 86_400_000);
    expect(signal.aborted).toBe(false);
  });

  it("end nothing after the run, which no longer listens to a signal either", async () => {
    atClock();
    const { signal, clear } = await watch(1);
    const listeners = process.listenerCount("SIGTERM");
    clear();
    expect(process.listenerCount("SIGTERM")).toBe(listeners - 1);
    vi.advanceTimersByTime(60_000);
    expect(signal.aborted).toBe(false);
  });
});

it("names any other reason by its message", () => {
  expect(describeStop(AbortSignal.abort(new CoreError("disk_full", "No room.", { hint: "" })))).toBe(
    "No room.",
  );
  expect(isInterruption(AbortSignal.abort(new Error("x")))).toBe(false);
});
