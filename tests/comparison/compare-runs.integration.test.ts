import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { compareExperiments } from "../../src/comparison/compare.ts";
import { readOutcomes, writeOutcomes } from "../../src/experiments/outcomes/outcomes.ts";
import { recordCycle } from "../support/records.ts";

let workspace: string;
const feature_id = "F1-checkout";

beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), "compare-"));
});
afterEach(() => rm(workspace, { recursive: true }));

const ref = (experiment_slug: string) => ({ workspace, feature_id, experiment_slug });

/** Writes an outcome as a run leaves it, or is at it. */
async function putCounted(slug: string, status: "succeeded" | "running", failed = 0): Promise<void> {
  await recordCycle(ref(slug), { commit: null, dirty: true, tags: { api: { passed: 6, failed } } });
  const outcomes = await readOutcomes(ref(slug));
  if (outcomes !== undefined) await writeOutcomes(ref(slug), { ...outcomes, status });
}

describe("compareExperiments, while runs are on", () => {
  it("waits for what a run has not come to yet, whatever its last record says", async () => {
    await putCounted("exp-json", "succeeded", 1);
    await putCounted("exp-pg", "succeeded");
    const knownRuns = { activeExperiments: ["exp-json"], isOver: async () => true };
    const report = await compareExperiments({ workspace, feature_id, knownRuns });
    expect(report.recommendation).toBe("continue");
    expect(report.rows.map((row) => row.signal)).toEqual(["running", "winning"]);
  });

  it("does not wait for a run that is over, whatever its record says", async () => {
    await putCounted("exp-a", "running");
    await putCounted("exp-b", "running", 1);
    const knownRuns = (isOver: boolean) => ({ activeExperiments: [], isOver: async () => isOver });
    const signals = async (isOver: boolean) => {
      const { rows } = await compareExperiments({ workspace, feature_id, knownRuns: knownRuns(isOver) });
      return rows.map((row) => row.signal);
    };
    expect(await signals(false)).toEqual(["running", "running"]);
    expect(await signals(true)).toEqual(["no_evidence", "failing"]);
  });

  it("reads a record again whose run ended while it was read", async () => {
    await putCounted("exp-a", "running");
    const isOver = async () => {
      await putCounted("exp-a", "succeeded");
      return true;
    };
    const report = await compareExperiments({
      workspace,
      feature_id,
      knownRuns: { activeExperiments: [], isOver },
    });
    expect(report.recommendation).toBe("promote");
  });
});
