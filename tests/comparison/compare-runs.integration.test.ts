import { describe, expect, it } from "vitest";
import { useFeature } from "./feature.ts";

const { compare, putCounted } = useFeature();

describe("compareExperiments during a run", () => {
  it("treats an experiment of an active run as running, whatever its last record says", async () => {
    await putCounted("exp-json", "succeeded", 1);
    await putCounted("exp-pg", "succeeded");
    const knownRuns = { activeExperiments: ["exp-json"], isOver: async () => true };
    const report = await compare({ knownRuns });
    expect(report.recommendation).toBe("continue");
    expect(report.rows.map((row) => row.signal)).toEqual(["running", "winning"]);
  });

  it("does not treat an experiment as running after its run has ended", async () => {
    await putCounted("exp-a", "running");
    await putCounted("exp-b", "running", 1);
    const knownRuns = (isOver: boolean) => ({ activeExperiments: [], isOver: async () => isOver });
    const signals = async (isOver: boolean) => {
      const { rows } = await compare({ knownRuns: knownRuns(isOver) });
      return rows.map((row) => row.signal);
    };
    expect(await signals(false)).toEqual(["running", "running"]);
    expect(await signals(true)).toEqual(["no_evidence", "failing"]);
  });

  it("reads a record again if its run ended in the meantime", async () => {
    await putCounted("exp-a", "running");
    const isOver = async () => {
      await putCounted("exp-a", "succeeded");
      return true;
    };
    const report = await compare({
      knownRuns: { activeExperiments: [], isOver },
    });
    expect(report.recommendation).toBe("promote");
  });
});
