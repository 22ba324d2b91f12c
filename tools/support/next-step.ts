import type { NextAction } from "../../schemas/comparison/comparison.ts";
import { nameSome } from "../../src/utils/text/name-some.ts";

/** More names do not fit a sentence. */
const maxNamed = 10;

type Describe = (action: NextAction, names: string) => string;

/**
 * Describes what to do next after a comparison, in terms of our tools. Quotes nothing from the records, which anybody
 * may have written.
 */
export function describeNextStep(action: NextAction): string {
  return texts[action.action](action, nameSome(action.experiments, maxNamed));
}

const texts: Record<NextAction["action"], Describe> = {
  plan: () => "Check the feature_id with get_status, or call create_plan to begin the feature.",
  create: () => "Call create_experiments to create experiments to compare.",
  wait: ({ run_id }) =>
    `Call wait_for_run${run_id === undefined ? "" : ` with run_id ${run_id}`}, then compare again.`,
  resolve: (action, names) => `Follow the remedy. Then call ${run(action, names)}`,
  repair: (_action, names) =>
    `Repair or remove the records of ${names} that cannot be read; compare_experiments with detail rows lists them.`,
  run: (action, names) => `Call ${run(action, names)}`,
  correct: ({ tags = [], ...action }, names) =>
    `Read in the logs of ${names} why ${tags.join(", ")} gave no result there (list_artifacts, read_artifact). Correct and commit the ${action.experiments.length === 1 ? "design" : "designs"}, then call ${run(action, names)} Or close ${action.experiments.length === 1 ? "it" : "them"} with close_experiments.`,
  fix_setup: (action, names) =>
    `Correct setup in plan.json, or what it runs. Then call ${run(action, names)}`,
  fix_suite: ({ tags = [], ...action }, names) =>
    `Correct the ${tags.length === 1 ? "suite" : "suites"} ${tags.join(", ")} in plan.json, or set "required": false. Then call ${run(action, names)}`,
  stabilize: (_action, names) =>
    `Fix and commit the flaky tests that compare_experiments lists with detail tests, then call run_experiments for ${names}.`,
  differentiate: (_action, names) =>
    `Write and commit each design of ${names} in its own worktree, then call run_experiments for them.`,
  choose: () => "Choose one and call promote_experiment for it.",
  promote: (_action, names) =>
    `Call promote_experiment with experiment_slug ${names} to see what promoting it takes.`,
  synthesize: () =>
    "Combine the winners (detail schema shows how), and run the result as an experiment of its own.",
  extend: (action, names) =>
    `Raise budget.per_experiment in plan.json, then call ${run(action, names)} Or close ${action.experiments.length === 1 ? "it" : "them"} with close_experiments.`,
  revise: ({ experiments }, names) =>
    `Call compare_experiments with detail tests to see what failed. Change the ${experiments.length === 1 ? "design" : "designs"} of ${names} and call run_experiments again, or close ${experiments.length === 1 ? "it" : "them"} with close_experiments.`,
};

function run({ tags }: NextAction, names: string): string {
  const of = tags === undefined ? "" : ` and tags ${tags.join(", ")}`;
  return `run_experiments with experiment_slugs ${names}${of}.`;
}
