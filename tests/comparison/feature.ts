import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { beforeEach } from "vitest";
import { compareExperiments } from "../../src/comparison/compare.ts";
import { experimentsDirectory, planPath } from "../../src/experiments/layout.ts";
import { readOutcomes, writeOutcomes } from "../../src/experiments/outcomes/outcomes.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";
import { recordCycle } from "../support/records.ts";

export const feature_id = "F1-checkout";

/** A feature without records, anew for each test of a file, and what writes and compares them. */
export function useFeature() {
  let workspace = "";
  beforeEach(async () => {
    workspace = await temporaryFolder();
  });
  const write = async (file: string, content: unknown): Promise<void> => {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, typeof content === "string" ? content : JSON.stringify(content));
  };
  const record = (path: string) => join(experimentsDirectory(workspace, feature_id), path);
  const ref = (experiment_slug: string) => ({ workspace, feature_id, experiment_slug });
  return {
    ref,
    /** A path in the workspace. */
    at: (...parts: string[]) => join(workspace, ...parts),
    /** The path of a record. */
    record,
    /** Writes a record as the kit leaves it. */
    put: (path: string, content: unknown) => write(record(path), content),
    plan: () => planPath(workspace, feature_id),
    putPlan: (content: unknown) => write(planPath(workspace, feature_id), content),
    /** Writes an outcome as a run leaves it, or is at it. */
    putCounted: async (slug: string, status: "succeeded" | "running", failed = 0): Promise<void> => {
      await recordCycle(ref(slug), { commit: null, dirty: true, tags: { api: { passed: 6, failed } } });
      const outcomes = await readOutcomes(ref(slug));
      if (outcomes !== undefined) await writeOutcomes(ref(slug), { ...outcomes, status });
    },
    compare: (more: Partial<Parameters<typeof compareExperiments>[0]> = {}) =>
      compareExperiments({ workspace, feature_id, ...more }),
  };
}
