import type { NextAction } from "../../../schemas/comparison/comparison.ts";

/** What to do next with a feature. The front ends say it in their own words. */
export type NextMove =
  /** Write a plan. */
  | { move: "plan" }
  /** Correct the plan, which cannot be read. */
  | { move: "correct_plan"; message: string }
  /** Cut experiments. */
  | { move: "create" }
  | { move: "wait"; run_id: string }
  /** Go on with a promotion that did not finish, or confirm what was verified. */
  | { move: "promote"; experiment_slug: string }
  /** Put experiments away: those of which a winner is home, or whose closing was begun. */
  | { move: "close"; experiment_slugs: string[] }
  /** What the comparison says. */
  | { move: "compare"; action: NextAction }
  /** Nothing: all of it is over. */
  | { move: "rest" };
