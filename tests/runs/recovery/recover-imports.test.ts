import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeArtifact } from "../../../src/experiments/artifacts/artifacts.ts";
import {
  cycleDirectory,
  type ExperimentRef,
  experimentPaths,
  importDirectory,
  runDirectory,
} from "../../../src/experiments/layout.ts";
import { findCycles } from "../../../src/experiments/timeline/entries.ts";
import { readTimeline } from "../../../src/experiments/timeline/timeline.ts";
import { createJournal, readJournal, recordWorker } from "../../../src/runs/journal/journal.ts";
import { recoverImports } from "../../../src/runs/recovery/recover-imports.ts";
import { identifySelf } from "../../../src/utils/processes/process-identity.ts";
import { makeRequest, makeResult, makeRun } from "../../support/journal.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";
import { commit, recordCycle } from "../../support/records.ts";

const signal = new AbortController().signal;
const run_id = "run-20260101T000002-01234567";
const origin = { run_id: "run-20260101T000001-89abcdef", machine: "ci-1" };

/** A workspace in which an import into cycle C2 was killed. */
async function killedImport(...slugs: string[]) {
  const workspace = await temporaryFolder();
  const results = slugs.map((slug) => makeResult(slug, { status: "running" }));
  const run = makeRun({ run_id, kind: "imported", cycle_id: "C2", results });
  await createJournal(workspace, run, makeRequest());
  const ref = (experiment_slug: string) => ({ workspace, feature_id: "F1", experiment_slug });
  return { workspace, run, ref };
}

/** Writes what an import records of an experiment just before its timeline entry. */
async function recordImport(ref: ExperimentRef): Promise<void> {
  const source = { run_id, cycle_id: "C2", commit, dirty: false, branch_uid: "br-1", suite: "s", origin };
  await recordCycle(ref, { tags: { e2e: { failed: 1 } } });
  await recordCycle(ref, {
    run_id,
    cycle_id: "C2",
    branch_uid: "br-1",
    tags: { api: { passed: 2, duration_ms: 7, source } },
  });
}

const recover = async (workspace: string) => {
  await recoverImports(workspace, signal);
  const { state, results } = await readJournal(workspace, run_id);
  return { state, results: results.map(({ experiment_slug, status }) => [experiment_slug, status]) };
};

describe("an import that was killed", () => {
  it("has not happened if nothing was recorded, and its artifacts go", async () => {
    const { workspace, ref } = await killedImport("exp-a", "exp-gone");
    await recordCycle(ref("exp-a"), { tags: { api: { passed: 1 } } });
    await writeArtifact(ref("exp-a"), "C1", "api/report.xml", "of before");
    await writeArtifact(ref("exp-a"), "C2", "api/report.xml", "half");
    expect(await recover(workspace)).toEqual({
      state: "interrupted",
      results: [
        ["exp-a", "stopped"],
        ["exp-gone", "stopped"],
      ],
    });
    expect(existsSync(cycleDirectory(ref("exp-a"), "C2"))).toBe(false);
    expect(existsSync(cycleDirectory(ref("exp-a"), "C1"))).toBe(true);
    expect(await readTimeline(ref("exp-a"))).toHaveLength(1);
  });

  it("has happened if its record was written, and then gets its entry in the timeline", async () => {
    const { workspace, ref } = await killedImport("exp-a");
    await recordImport(ref("exp-a"));
    await withoutLastEntry(ref("exp-a"));
    expect(await recover(workspace)).toEqual({ state: "finished", results: [["exp-a", "succeeded"]] });
    expect((await readJournal(workspace, run_id)).results[0]?.by_tag).toEqual({
      api: { passed: 2, failed: 0 },
    });
    expect(findCycles(await readTimeline(ref("exp-a"))).at(-1)).toMatchObject({
      ...{ cycle_id: "C2", run_id, branch_uid: "br-1", by_tag: { api: { passed: 2, failed: 0 } } },
      ...{ duration_ms: 7, imported: [{ ...origin, tags: ["api"] }] },
    });
    // Once is enough.
    await recoverImports(workspace, signal);
    expect(await readTimeline(ref("exp-a"))).toHaveLength(2);
  });

  it("counts for the experiments that it got to", async () => {
    const { workspace, ref } = await killedImport("exp-a", "exp-b");
    await recordImport(ref("exp-a"));
    await recordCycle(ref("exp-b"));
    expect(await recover(workspace)).toEqual({
      state: "interrupted",
      results: [
        ["exp-a", "succeeded"],
        ["exp-b", "stopped"],
      ],
    });
  });
});

it.each<[string, Partial<Parameters<typeof makeRun>[0]>]>([
  ["is still at work", {}],
  ["has ended", { state: "finished" }],
  ["is no import", { kind: undefined }],
])("leaves a run alone that %s", async (what, change) => {
  const { workspace, run } = await killedImport("exp-a");
  const other = { ...run, ...change };
  await createJournal(workspace, other, makeRequest());
  if (what === "is still at work") await recordWorker(workspace, run_id, await identifySelf());
  await recoverImports(workspace, signal);
  expect(await readJournal(workspace, run_id)).toEqual(other);
});

it("removes what a dead import had only unpacked, and nothing of one that is alive", async () => {
  const workspace = await temporaryFolder();
  const [dead, alive] = ["run-20260101T000003-01234567", "run-20260101T000004-01234567"];
  for (const id of [dead, alive]) {
    await mkdir(importDirectory(workspace, id), { recursive: true });
    await writeFile(join(importDirectory(workspace, id), "report.xml"), "half");
  }
  await recordWorker(workspace, alive, await identifySelf());
  await recoverImports(workspace, signal);
  expect(existsSync(runDirectory(workspace, dead))).toBe(false);
  expect(existsSync(importDirectory(workspace, alive))).toBe(true);
});

async function withoutLastEntry(ref: ExperimentRef): Promise<void> {
  const entries = (await readTimeline(ref)).slice(0, -1);
  await writeFile(experimentPaths(ref).timeline, JSON.stringify({ entries }));
}
