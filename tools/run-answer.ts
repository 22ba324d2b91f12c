import * as z from "zod";
import { type Run, runSchema } from "../schemas/run.ts";
import { findComparisonPage } from "../src/experiments/comparison-page.ts";
import { hasEnded } from "../src/runs/journal/journal.ts";
import { nextStep } from "./fields.ts";

/** A run, as every tool that gives one answers. */
export const runAnswerSchema = z.object({ ...runSchema.shape, next_step: nextStep });

export function runAnswer(run: Run, workspace: string): z.infer<typeof runAnswerSchema> {
  return { ...run, next_step: nextStepOf(run, workspace) };
}

function nextStepOf(run: Run, workspace: string): string {
  if (!hasEnded(run)) return `wait_for_run with run_id ${run.run_id}.`;
  if (run.state === "interrupted")
    return "The worker is gone: run_experiments finishes what is left of the cycle.";
  const missing = run.results.filter(({ status, error }) => status === "not_measured" && error !== undefined);
  const [first] = missing;
  if (first?.error !== undefined) {
    const slugs = missing.map(({ experiment_slug }) => experiment_slug).join(", ");
    return `Not measured: ${slugs}. ${first.error.hint} Then call run_experiments for ${missing.length === 1 ? "it" : "them"} again.`;
  }
  const page = findComparisonPage(workspace, run.feature_id);
  const forPeople = page === undefined ? "" : ` For people: ${page}`;
  return `compare_experiments with feature_id ${run.feature_id}.${forPeople}`;
}
