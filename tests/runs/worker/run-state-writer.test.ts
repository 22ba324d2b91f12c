import { mkdir, rm } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { runJournalPath } from "../../../src/experiments/layout.ts";
import { readJournal, writeRun } from "../../../src/runs/journal/journal.ts";
import { RunStateWriter, selectResultCounts } from "../../../src/runs/worker/run-state-writer.ts";
import { makeResult, makeRun } from "../../support/journal.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";

const run = makeRun({ results: [makeResult("exp-a"), makeResult("exp-b")] });

async function openWriter() {
  const workspace = await temporaryFolder();
  await writeRun(workspace, run);
  const state = new RunStateWriter(workspace, run);
  return { workspace, state, read: () => readJournal(workspace, run.run_id) };
}

describe("the journal", () => {
  it("has every change in the end, the last one last", async () => {
    const { state, read } = await openWriter();
    for (let passed = 0; passed <= 50; passed++)
      state.updateResult("exp-a", { status: "running", step: "api", by_tag: { api: { passed, failed: 0 } } });
    state.updateResult("exp-b", { status: "failed" }, { peak_in_flight: 2 });
    await state.flush();
    expect(await read()).toMatchObject({
      peak_in_flight: 2,
      results: [
        { experiment_slug: "exp-a", status: "running", by_tag: { api: { passed: 50, failed: 0 } } },
        { experiment_slug: "exp-b", status: "failed", by_tag: {} },
      ],
    });
    expect(state.run).toEqual(await read());
  });

  it("gets a change that is made while another one is written", async () => {
    const { state, read } = await openWriter();
    state.update({ warnings: ["first"] });
    const written = state.flush();
    state.update({ warnings: ["second"] });
    await written;
    await state.flush();
    expect((await read()).warnings).toEqual(["second"]);
  });

  it("gets a change that is made just when all others have been written", async () => {
    const { state, read } = await openWriter();
    const written = state.flush();
    state.update({ warnings: ["at the end"] });
    await state.flush();
    await written;
    expect((await read()).warnings).toEqual(["at the end"]);
  });

  it("is the same for a slug that is not in the run", async () => {
    const { state, read } = await openWriter();
    state.updateResult("exp-c", { status: "failed" });
    await state.flush();
    expect((await read()).results).toEqual(run.results);
  });

  it("says how much of the budget is left, and never less than nothing", async () => {
    const workspace = await temporaryFolder();
    const budget = { ...run.budget, minutes_left: 0.000_001 };
    const state = new RunStateWriter(workspace, { ...run, budget });
    const look = () => {
      state.update({});
      return state.run.total_duration_ms;
    };
    await expect.poll(look).toBeGreaterThan(0);
    expect(state.run.budget.minutes_left).toBe(0);
    await state.flush();
  });

  it("reports a change that could not be written, and writes it with the next one", async () => {
    const { workspace, state, read } = await openWriter();
    const path = runJournalPath(workspace, run.run_id);
    await rm(path);
    await mkdir(path);
    state.update({ warnings: ["lost?"] });
    await expect(state.flush()).rejects.toThrow();
    await rm(path, { recursive: true });
    state.updateResult("exp-a", { status: "succeeded" });
    await state.flush();
    expect(await read()).toMatchObject({ warnings: ["lost?"], results: [{ status: "succeeded" }, {}] });
  });
});

describe("a result", () => {
  const source = { run_id: "r", cycle_id: "C1", commit: "c", dirty: false, branch_uid: null, suite: "s" };
  const measured = { state: "evidence" as const, source };

  it("shows nothing but counts if there is nothing else", () => {
    const by_tag = { api: { passed: 1, failed: 0 } };
    expect(selectResultCounts({ by_tag, evidence: { api: measured } })).toEqual({ by_tag });
    expect(selectResultCounts({ by_tag: {}, evidence: {} })).toEqual({ by_tag: {} });
  });

  it("says which tags were not measured and why, what was flaky, and where it ran", () => {
    const origin = { run_id: "run-0", machine: "vm" };
    expect(
      selectResultCounts({
        by_tag: {},
        evidence: {
          api: { ...measured, source: { ...source, origin } },
          e2e: { ...measured, source: { ...source, origin: { ...origin, worker: "vm/7" } } },
          infra: { state: "no_evidence", reason: "it took too long" },
          load: { state: "no_evidence" },
        },
        flaky: { api: ["a (failed 1 of 2)"] },
        failed_first: { api: "run first, 1 of 1 failed again" },
      }),
    ).toEqual({
      by_tag: {},
      machines: { api: "vm", e2e: "vm/7" },
      no_evidence: { infra: "it took too long", load: "no reason was recorded" },
      flaky: { api: ["a (failed 1 of 2)"] },
      failed_first: { api: "run first, 1 of 1 failed again" },
    });
  });
});
