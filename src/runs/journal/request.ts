import { cycleIdSchema } from "../../../schemas/names.ts";
import type { Plan } from "../../../schemas/plan/plan.ts";
import { type Experiment, getExperiment, listExperiments } from "../../experiments/experiments.ts";
import { CoreError } from "../../utils/core-error.ts";
import { parseAs } from "../../utils/parse.ts";
import { checkConcurrency } from "../worker/permits.ts";
import type { QueueJob } from "./journal.ts";

const mostRepeats = 100;

export interface RunInput {
  feature_id: string;
  /** Default: all experiments of the feature, by name. */
  experiment_slugs?: string[] | undefined;
  /** Default: all tags of the plan. */
  tags?: string[] | undefined;
  /** Default: the cycle after the last one, such as `C3`. */
  cycle_id?: string | undefined;
  /** Run only what failed or is not measured at the current commit, failed tests first. */
  only_failed?: boolean | undefined;
  /** How often each suite is run. Default: once. */
  repeat?: number | undefined;
  /** A lower limit than the plan's. */
  concurrency?: number | undefined;
  /**
   * Run one experiment at a time, in turns, so that anything that disturbs a measurement affects all of them equally.
   */
  quiet?: boolean | undefined;
  /** On a queue's worker. */
  job?: QueueJob | undefined;
}

/** @throws CoreError `invalid_concurrency` */
export function resolveConcurrency(plan: Plan, { concurrency: asked, quiet }: RunInput): number {
  const { concurrent_branches } = plan.budget;
  if (quiet && asked !== undefined && asked !== 1) {
    const what = `quiet runs one experiment at a time, but concurrency is ${asked}.`;
    throw new CoreError("invalid_concurrency", what, { hint: "Omit one of the two." });
  }
  if (quiet) return 1;
  if (asked === undefined) return concurrent_branches;
  checkConcurrency(asked);
  return Math.min(asked, concurrent_branches);
}

/** @throws CoreError `invalid_repeat` */
export function resolveRepeat(asked: number | undefined): number {
  const repeat = asked ?? 1;
  if (Number.isInteger(repeat) && repeat >= 1 && repeat <= mostRepeats) return repeat;
  const what = `repeat is ${repeat}; it must be a whole number from 1 to ${mostRepeats}.`;
  throw new CoreError("invalid_repeat", what, { hint: "Omit it to run each suite once." });
}

/** @throws CoreError `invalid_name` */
export function resolveCycle(asked: string | undefined): string | undefined {
  if (asked === undefined) return undefined;
  const hint = "Use a name such as C2, or omit it for the next one.";
  return parseAs(cycleIdSchema, asked, { code: "invalid_name", subject: JSON.stringify(asked), hint });
}

/** @throws CoreError `unknown_tag` */
export function resolveTags(plan: Plan, asked: string[] | undefined): string[] {
  const known = Object.keys(plan.suites);
  const unknown = asked?.filter((tag) => !known.includes(tag)) ?? [];
  if (unknown.length === 0) return known.filter((tag) => asked?.includes(tag) ?? true);
  throw new CoreError("unknown_tag", `The plan has no suite for ${unknown.join(", ")}.`, {
    hint: `Use tags of the plan: ${known.join(", ")}.`,
  });
}

/** @throws CoreError `unknown_experiment`, `no_experiments` */
export async function resolveExperiments(
  workspace: string,
  { feature_id, experiment_slugs }: RunInput,
): Promise<Experiment[]> {
  if (experiment_slugs !== undefined) {
    const slugs = [...new Set(experiment_slugs)];
    return Promise.all(
      slugs.map((experiment_slug) => getExperiment({ workspace, feature_id, experiment_slug })),
    );
  }
  const all = await listExperiments(workspace, feature_id);
  if (all.length > 0) return all;
  throw new CoreError("no_experiments", `Feature ${feature_id} has no experiments yet.`, {
    hint: "Create some first.",
  });
}
