import * as z from "zod";
import { type Run, runSchema } from "../schemas/run.ts";
import { hasEnded } from "../src/runs/journal.ts";
import { nextStep } from "./fields.ts";

/** A run, as every tool that gives one answers. */
export const runAnswerSchema = z.object({ ...runSchema.shape, next_step: nextStep });

export function runAnswer(run: Run): z.infer<typeof runAnswerSchema> {
  return { ...run, next_step: nextStepOf(run) };
}

function nextStepOf(run: Run): string {
  if (!hasEnded(run)) return `wait_for_run with run_id ${run.run_id}.`;
  if (run.state === "interrupted")
    return "The worker is gone: run_experiments finishes what is left of the cycle.";
  return `compare_experiments with feature_id ${run.feature_id}.`;
}
