import type { NextAction } from "../../schemas/comparison/comparison.ts";
import { nameSome } from "../../src/utils/text/name-some.ts";

/** More names than this make no sentence. */
const maxNamed = 10;

type Describe = (action: NextAction, names: string) => string;

/** What to do next after a comparison, in terms of our tools. Quotes nothing of the records, which anybody may write. */
export function describeNextStep(action: NextAction): string {
  return texts[action.action](action, nameSome(action.experiments, maxNamed));
}

const texts: Record<NextAction["action"], Describe> = {
  create: () => "create_experiments makes experiments to compare.",
  wait: ({ run_id }) =>
    `wait_for_run${run_id === undefined ? "" : ` with run_id ${run_id}`}, then compare again.`,
  resolve: (action, names) => `Do what remedy says. Then ${run(action, names)}`,
  repair: (_action, names) =>
    `compare_experiments with detail rows names the records of ${names} that cannot be read: repair or remove them.`,
  run,
  fix_setup: (action, names) => `Correct setup in plan.json, or what it runs. Then ${run(action, names)}`,
  fix_suite: ({ tags = [], ...action }, names) =>
    `Correct the suites ${tags.join(", ")} in plan.json, or set "required": false there. Then ${run(action, names)}`,
  stabilize: (_action, names) =>
    `compare_experiments with detail tests names the flaky tests. Correct and commit them, then run_experiments for ${names}.`,
  differentiate: (_action, names) =>
    `Write and commit each design of ${names} in its own worktree, then run_experiments for them.`,
  choose: () => "promote_experiment the one that you choose.",
  promote: (_action, names) =>
    `promote_experiment with experiment_slug ${names} says what it takes to bring it home.`,
  synthesize: () =>
    "Combine the winners (detail schema shows how), and run the result as an experiment of its own.",
  extend: (action, names) =>
    `Raise budget.per_experiment in plan.json, then ${run(action, names)} Or give them up with close_experiments.`,
  revise: (_action, names) =>
    `Change the designs of ${names} and run_experiments again, or give them up with close_experiments.`,
};

function run({ tags }: NextAction, names: string): string {
  const of = tags === undefined ? "" : ` and tags ${tags.join(", ")}`;
  return `run_experiments with experiment_slugs ${names}${of}.`;
}
