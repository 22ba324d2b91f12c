import { readPlan } from "../../experiments/plan.ts";
import { findCycles } from "../../experiments/timeline.ts";
import { CoreError } from "../../utils/core-error.ts";
import type { ExperimentRecords } from "./records.ts";
import { reportedTags } from "./reported-tags.ts";

/** What a plan asks of its experiments. */
export interface PlannedTags {
  /** The tags of its suites; none where there is no plan that can be read. */
  planned: string[];
  /** The tags that a winner must have run: those of the plan that somebody has reported. */
  expected: string[];
  /** Why there is nothing that can be read of it. */
  problem?: { kind: "plan-unreadable" | "feature-unknown"; message: string };
}

/**
 * A comparison needs no plan: the kit's features may lack one, and a broken one is for the next run to refuse. Then a
 * winner must have run every tag that any run has counted.
 */
export async function readPlannedTags(
  workspace: string,
  featureId: string,
  all: ExperimentRecords[],
): Promise<PlannedTags> {
  try {
    const planned = Object.keys((await readPlan(workspace, featureId)).suites);
    const reported = reportedTags(all);
    return { planned, expected: planned.filter((tag) => reported.has(tag)) };
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    const unplanned = { planned: [], expected: [...new Set(all.flatMap(tagsOfRuns))] };
    const isMissing = error.code === "unknown_feature";
    if (isMissing && all.length > 0) return unplanned;
    const problem = isMissing
      ? ({ kind: "feature-unknown", message: `${error.message} ${error.hint}` } as const)
      : ({
          kind: "plan-unreadable",
          message: `The plan cannot be read, and what it asks is not known: ${error.message}`,
        } as const);
    return { ...unplanned, problem };
  }
}

function tagsOfRuns(records: ExperimentRecords): string[] {
  const last = Object.keys(records.outcomes?.evidence?.by_tag ?? {});
  return [...last, ...findCycles(records.timeline).flatMap(({ by_tag }) => Object.keys(by_tag))];
}
