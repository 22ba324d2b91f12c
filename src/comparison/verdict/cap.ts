import type { Signal } from "../../../schemas/comparison/comparison.ts";
import type { Cap } from "../../../schemas/plan/cap.ts";
import { describeCap } from "../../experiments/timeline/cap.ts";
import type { Verdict } from "./signals.ts";

/** Whether a cap takes an experiment with that signal out of the running. What has been won stays won. */
const canBeCapped: Record<Signal, boolean> = {
  winning: false,
  failing: true,
  running: false,
  abandoned: false,
  capped: true,
  no_evidence: true,
  not_started: true,
  unreadable: false,
};

/** Adjusts the verdict on an experiment that has used up the plan's budget per experiment. */
export function applyCap(verdict: Verdict, cap: Cap | undefined): Verdict {
  if (cap === undefined || !canBeCapped[verdict.signal]) return verdict;
  const reason = [describeCap(cap), verdict.reason].filter((part) => part !== undefined).join("; ");
  return { ...verdict, signal: "capped", reason };
}
