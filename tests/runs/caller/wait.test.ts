import { describe, expect, it } from "vitest";
import type { Run } from "../../../schemas/run.ts";
import { waitForRun } from "../../../src/runs/caller/wait.ts";
import { createJournal, readJournal, recordWorker, writeRun } from "../../../src/runs/journal/journal.ts";
import { identifySelf } from "../../../src/utils/processes/process-identity.ts";
import { makeRequest, makeResult, makeRun } from "../../support/journal.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";

const begun = makeRun({
  results: [makeResult("exp-a", { status: "running", step: "api" }), makeResult("exp-b")],
});
const done = { status: "succeeded" as const, step: undefined, by_tag: { api: { passed: 3, failed: 0 } } };
const ended = makeRun({
  state: "finished",
  results: [
    makeResult("exp-a", done),
    makeResult("exp-b", { status: "failed", by_tag: { api: { passed: 1, failed: 2 } } }),
  ],
});

/** A run with a living worker, and a caller who waits for it. */
async function openRun(run = begun) {
  const workspace = await temporaryFolder();
  await createJournal(workspace, run, makeRequest());
  await recordWorker(workspace, run.run_id, await identifySelf());
  const reports: [string, number, number][] = [];
  const controller = new AbortController();
  /** Called with each progress message. */
  let onReport = async (_text: string) => {};
  const told: Promise<void>[] = [];
  const progress = (...report: [string, number, number]) => {
    reports.push(report);
    told.push(onReport(report[0]));
  };
  return {
    reports,
    wait: async (options: Parameters<typeof waitForRun>[2], id = run.run_id) => {
      const context = { workspace, signal: controller.signal, progress };
      return waitForRun(context, id, options).finally(() => Promise.all(told));
    },
    read: () => readJournal(workspace, run.run_id),
    write: (next: Run) => writeRun(workspace, next),
    abort: (reason: Error) => controller.abort(reason),
    whenTold: (then: (text: string) => Promise<void>) => {
      onReport = then;
    },
  };
}

describe("waiting for a run", () => {
  it("ends at once if it has ended, and says how", async () => {
    const { wait, reports } = await openRun(ended);
    expect(await wait({ seconds: 1_000, until: "end" })).toEqual(ended);
    expect(reports.map(([text]) => text)).toEqual([
      "2 of 2 done: exp-a succeeded (api 3/0), exp-b failed (api 1/2)",
    ]);
  });

  it("ends with the next change", async () => {
    const { wait, write, whenTold } = await openRun();
    const next = { ...begun, results: [makeResult("exp-a", done), makeResult("exp-b")] };
    whenTold(() => write(next));
    expect(await wait({ seconds: 1_000, until: "change" })).toEqual(next);
  });

  it("ends with the end of an experiment if asked to, telling each step", async () => {
    const { wait, write, whenTold, reports } = await openRun();
    const step = {
      ...begun,
      results: [{ ...makeResult("exp-a"), status: "running" as const, step: "e2e" }, makeResult("exp-b")],
    };
    const next = { ...begun, results: [makeResult("exp-a", done), makeResult("exp-b")] };
    whenTold(async (text) => write(text.includes("running api") ? step : next));
    expect(await wait({ seconds: 1_000, until: "experiment_end" })).toEqual(next);
    expect(reports.map(([text]) => text)).toEqual([
      "0 of 2 done: exp-a running api, exp-b queued",
      "0 of 2 done: exp-a running e2e, exp-b queued",
      "1 of 2 done: exp-a succeeded (api 3/0), exp-b queued",
    ]);
  });

  it("goes on to the end if asked to, telling each change", async () => {
    const { wait, write, whenTold, reports } = await openRun();
    const next = { ...begun, results: [makeResult("exp-a", done), makeResult("exp-b")] };
    whenTold(async (text) => write(text.startsWith("0 of 2") ? next : ended));
    expect(await wait({ seconds: 1_000, until: "end" })).toEqual(ended);
    expect(reports.map(([text]) => text)).toEqual([
      "0 of 2 done: exp-a running api, exp-b queued",
      "1 of 2 done: exp-a succeeded (api 3/0), exp-b queued",
      "2 of 2 done: exp-a succeeded (api 3/0), exp-b failed (api 1/2)",
    ]);
    const steps = reports.map(([, value]) => value);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    expect(new Set(steps).size).toBe(3);
    expect(reports.map(([, , total]) => total)).toEqual([2, 2, 2]);
  });

  it("returns the run as it is when the time is up", async () => {
    const { wait, reports } = await openRun();
    for (const seconds of [0, 0.001]) expect(await wait({ seconds, until: "end" })).toEqual(begun);
    expect(reports.every(([text]) => text === "0 of 2 done: exp-a running api, exp-b queued")).toBe(true);
  });

  it("ends for the caller's reason, without an effect on the run", async () => {
    const { wait, abort, whenTold, read } = await openRun();
    whenTold(async () => abort(new Error("The client has gone.")));
    await expect(wait({ seconds: 1_000, until: "end" })).rejects.toThrow("The client has gone.");
    expect(await read()).toEqual(begun);
  });

  it("is refused for a run that is not there", async () => {
    const { wait } = await openRun();
    await expect(wait({ seconds: 1, until: "end" }, "run-20990101T000000-01234567")).rejects.toMatchObject({
      code: "unknown_run",
    });
  });
});
