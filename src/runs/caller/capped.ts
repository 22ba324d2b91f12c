import type { Plan } from "../../../schemas/plan/plan.ts";
import type { RunResult } from "../../../schemas/run.ts";
import type { ExperimentRef } from "../../experiments/layout.ts";
import { readOutcomes } from "../../experiments/outcomes/outcomes.ts";
import { describeCap, findCap } from "../../experiments/timeline/cap.ts";
import { readTimeline } from "../../experiments/timeline/timeline.ts";
import { CoreError } from "../../utils/core-error.ts";
import { describeError } from "../../utils/describe-error.ts";

/** Returns the results of experiments that have used up their per-experiment budget, by slug: the run skips them. */
export async function findCapped(
  experiments: readonly ExperimentRef[],
  plan: Plan,
): Promise<Map<string, RunResult>> {
  const found = await Promise.all(experiments.map((experiment) => resultWhenCapped(experiment, plan)));
  return new Map(found.flat().map((result) => [result.experiment_slug, result]));
}

/** @throws CoreError `budget_spent` if the run would have nothing else to do */
export function refuseCapped(results: readonly RunResult[]): void {
  if (results.some(({ status }) => status === "queued")) return;
  const [first, ...others] = results.filter(({ error }) => error?.code === "budget_spent");
  if (first?.error === undefined) return;
  const { message, hint } = first.error;
  const more = others.length > 0 ? ` So have ${others.length} more.` : "";
  throw new CoreError("budget_spent", `${first.experiment_slug}: ${message}${more}`, { hint });
}

async function resultWhenCapped(experiment: ExperimentRef, { budget }: Plan): Promise<RunResult[]> {
  const outcomes = await readOutcomes(experiment).catch(() => undefined);
  const timeline = await readTimeline(experiment).catch(() => []);
  const cap = findCap(timeline, budget.per_experiment, outcomes?.capped);
  if (cap === undefined) return [];
  const what = describeCap(cap);
  const error = new CoreError("budget_spent", `${what.charAt(0).toUpperCase()}${what.slice(1)}.`, {
    hint: `Raise budget.per_experiment.${cap.reason} in plan.json, now ${cap.cap_value}, to run it again.`,
  });
  const { experiment_slug } = experiment;
  return [{ experiment_slug, status: "not_measured", by_tag: {}, error: describeError(error) }];
}
