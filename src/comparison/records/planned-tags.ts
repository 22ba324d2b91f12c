import type { PerExperiment } from "../../../schemas/plan/cap.ts";
import type { DecideBy } from "../../../schemas/plan/decide-by.ts";
import type { CommandSuite } from "../../../schemas/plan/suite.ts";
import { fingerprintSuite } from "../../experiments/code/fingerprint.ts";
import { lacksOnlySuites, readPlan } from "../../experiments/plan.ts";
import { findCycles } from "../../experiments/timeline/entries.ts";
import { CoreError } from "../../utils/core-error.ts";
import type { ExperimentRecords } from "./records.ts";

/** What a plan requires of its experiments. */
export interface PlannedTags {
  /** The tags of its suites; empty if there is no readable plan. */
  planned: string[];
  /** The tags that must be measured for an experiment to win. */
  required: readonly string[];
  /**
   * The fingerprint of the suite that counts, by tag: the plan's, or without a plan the one that all experiments were
   * measured with; null if they were measured with different ones.
   */
  suites: ReadonlyMap<string, string | null>;
  /** The suites that are commands, by tag; absent without a plan. */
  commands?: ReadonlyMap<string, CommandSuite>;
  /** The metric that decides among experiments that pass everything. */
  decide_by?: DecideBy | undefined;
  /** The budget of each experiment. */
  per_experiment?: PerExperiment | undefined;
  /** Why the plan could not be read. */
  problem?: { kind: "plan-unreadable" | "feature-unknown"; message: string };
}

/**
 * Reads what the plan requires. A comparison works without a plan: features of the kit may lack one, and rejecting a
 * broken one is up to the next run. Without a plan, a winner must be measured for every tag that any run has counted.
 */
export async function readPlannedTags(
  workspace: string,
  featureId: string,
  all: ExperimentRecords[],
): Promise<PlannedTags> {
  try {
    const plan = await readPlan(workspace, featureId);
    const suites = Object.entries(plan.suites);
    return {
      planned: suites.map(([tag]) => tag),
      required: suites.filter(([, { required }]) => required !== false).map(([tag]) => tag),
      decide_by: plan.decide_by,
      per_experiment: plan.budget.per_experiment,
      commands: new Map(suites.flatMap(([tag, suite]) => ("builtin" in suite ? [] : [[tag, suite]]))),
      suites: new Map(suites.map(([tag, suite]) => [tag, fingerprintSuite(plan, suite)])),
    };
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    const unplanned = {
      planned: [],
      required: [...new Set(all.flatMap(listMeasuredTags))],
      suites: findCommonSuites(all),
    };
    const isMissing = error.code === "unknown_feature";
    if (isMissing && all.length > 0) return unplanned;
    if (await lacksOnlySuites(workspace, featureId)) return unplanned;
    const problem = isMissing
      ? ({ kind: "feature-unknown", message: `${error.message} ${error.hint}` } as const)
      : ({
          kind: "plan-unreadable",
          message: `The plan cannot be read, so what it requires is not known: ${error.message}`,
        } as const);
    return { ...unplanned, problem };
  }
}

function listMeasuredTags(records: ExperimentRecords): string[] {
  const last = Object.keys(records.outcomes?.evidence?.by_tag ?? {});
  return [...last, ...findCycles(records.timeline).flatMap(({ by_tag }) => Object.keys(by_tag))];
}

function findCommonSuites(all: ExperimentRecords[]): Map<string, string | null> {
  const common = new Map<string, string | null>();
  for (const { outcomes } of all) {
    for (const [tag, { source }] of Object.entries(outcomes?.evidence?.by_tag ?? {})) {
      if (source === undefined) continue;
      const isSame = (common.get(tag) ?? source.suite) === source.suite && common.get(tag) !== null;
      common.set(tag, isSame ? source.suite : null);
    }
  }
  return common;
}
