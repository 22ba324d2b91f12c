import { CoreError } from "../core-error.ts";
import { readPlan } from "../experiments/plan.ts";
import { countedCycles, type ExperimentRecords } from "./records.ts";
import { reportedTags } from "./reported-tags.ts";

/** What a plan asks of its experiments. */
export interface PlannedTags {
  /** The tags of its suites; none where there is no plan that can be read. */
  planned: string[];
  /** The tags that a winner must have run: those of the plan that somebody has reported. */
  expected: string[];
  /** Why the plan cannot be read. */
  problem?: string;
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
    return error.code === "unknown_feature" ? unplanned : { ...unplanned, problem: error.message };
  }
}

function tagsOfRuns(records: ExperimentRecords): string[] {
  const last = Object.keys(records.outcomes?.evidence?.by_tag ?? {});
  return [...last, ...countedCycles(records).flatMap(({ by_tag }) => Object.keys(by_tag))];
}
