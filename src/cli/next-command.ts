import type { NextAction } from "../../schemas/comparison/comparison.ts";
import { nameSome } from "../utils/text/name-some.ts";

/** How many names fit into a sentence. */
const maxNamed = 10;

type Describe = (action: NextAction, feature: string) => string;

/** Describes what to do next after a comparison, as a command line. */
export function describeNextCommand(action: NextAction, feature: string): string {
  return texts[action.action](action, feature);
}

const texts: Record<NextAction["action"], Describe> = {
  plan: (_, feature) =>
    `check the name of the feature with lakebase-experiments status, or lakebase-experiments init ${feature}`,
  create: (_, feature) => `lakebase-experiments create ${feature} EXPERIMENT…`,
  wait: ({ run_id }) =>
    run_id === undefined ? "compare again when the run has ended." : `lakebase-experiments wait ${run_id}`,
  resolve: (action, feature) => `${action.hint ?? ""} Then ${run(action, feature)}`.trim(),
  repair: ({ hint = "", experiments }) =>
    `repair or remove the records of ${name(experiments)} that cannot be read. ${hint}`.trim(),
  run,
  correct: ({ tags = [], ...action }, feature) =>
    `read in the logs why ${tags.join(", ")} gave no result for ${name(action.experiments)}, correct and commit. Then ${run(action, feature)}; or ${close(action, feature)}`,
  fix_setup: (action, feature) => `correct setup in plan.json, or what it runs. Then ${run(action, feature)}`,
  fix_suite: ({ tags = [], ...action }, feature) =>
    `correct the ${tags.length === 1 ? "suite" : "suites"} ${tags.join(", ")} in plan.json, or set "required": false there. Then ${run(action, feature)}`,
  stabilize: (action, feature) => `correct the flaky tests and commit. Then ${run(action, feature)}`,
  differentiate: (action, feature) =>
    `write and commit each design in its own worktree. Then ${run(action, feature)}`,
  choose: ({ experiments }, feature) =>
    `choose one of ${name(experiments)}. Then lakebase-experiments promote ${feature} EXPERIMENT`,
  promote: ({ experiments }, feature) =>
    `lakebase-experiments promote ${[feature, ...experiments].join(" ")}`,
  synthesize: () => "combine the winners, and run the result as an experiment of its own.",
  extend: (action, feature) =>
    `raise budget.per_experiment in plan.json, then ${run(action, feature)}; or ${close(action, feature)}`,
  revise: (action, feature) =>
    `change the designs, then ${run(action, feature)}; or ${close(action, feature)}`,
};

function run({ experiments, tags }: NextAction, feature: string): string {
  const of = tags === undefined ? "" : ` --tags ${tags.join(",")}`;
  return `lakebase-experiments run ${[feature, ...experiments].join(" ")}${of}`;
}

function close({ experiments }: NextAction, feature: string): string {
  return `lakebase-experiments close ${[feature, ...experiments].join(" ")}`;
}

function name(slugs: string[]): string {
  return nameSome(slugs, maxNamed);
}
