import type { NextMove } from "../../src/lifecycle/status/next-move.ts";
import { nameSome } from "../../src/utils/text/name-some.ts";
import { describeNextStep } from "./next-step.ts";

const maxNamed = 10;

/** Describes what to do next with a feature, in terms of our tools. */
export function describeNextMove(next: NextMove, featureId: string): string {
  switch (next.move) {
    case "plan":
      return `Call create_plan with feature_id ${featureId}.`;
    case "correct_plan":
      return `Correct the plan: ${next.message}`;
    case "create":
      return `Call create_experiments with feature_id ${featureId}.`;
    case "wait":
      return `Call wait_for_run with run_id ${next.run_id}.`;
    case "promote":
      return `Call promote_experiment with experiment_slug ${next.experiment_slug} to see its state; with confirm: true it resumes.`;
    case "close":
      return `Call close_experiments with experiment_slugs ${nameSome(next.experiment_slugs, maxNamed)}.`;
    case "compare":
      return describeNextStep(next.action);
    case "rest":
      return "Nothing: all its experiments are closed. Call create_experiments to start again.";
  }
}
