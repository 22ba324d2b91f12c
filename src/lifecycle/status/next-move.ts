import type { NextAction } from "../../../schemas/comparison/comparison.ts";

/** What to do next with a feature. Each front end phrases it in its own words. */
export type NextMove =
  /** Write a plan. */
  | { move: "plan" }
  /** Correct the plan, which cannot be read. */
  | { move: "correct_plan"; message: string }
  /** Create experiments. */
  | { move: "create" }
  | { move: "wait"; run_id: string }
  /** Resume a promotion that did not finish, or confirm one that was verified. */
  | { move: "promote"; experiment_slug: string }
  /** Close experiments: their winner was promoted, or closing them was interrupted. */
  | { move: "close"; experiment_slugs: string[] }
  /** Follow the comparison. */
  | { move: "compare"; action: NextAction }
  /** Nothing: the feature is finished. */
  | { move: "rest" };
