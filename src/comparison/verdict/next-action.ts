import type { ExperimentRow, NextAction } from "../../../schemas/comparison/comparison.ts";
import { listSlugs } from "../../experiments/list-slugs.ts";
import { isUndecided, selectWinners } from "./candidates.ts";
import {
  type DecisionInput,
  findSuitesWithoutEvidence,
  gaveNoEvidence,
  type Situation,
} from "./situation.ts";

/** Answers have no room for more names. */
const maxNamed = 25;

/** Determines what to do next, for a front end to put into its own words. */
export function findNextAction(
  situation: Situation,
  rows: ExperimentRow[],
  input: DecisionInput,
): NextAction {
  const { experiments, ...action } = actions[situation](rows, input);
  return { ...action, experiments: experiments.slice(0, maxNamed) };
}

const actions: Record<Situation, (rows: ExperimentRow[], input: DecisionInput) => NextAction> = {
  unknown_feature: () => ({ action: "plan", experiments: [] }),
  no_experiments: () => ({ action: "create", experiments: [] }),
  running: (rows, { runs: [run_id] = [] }) => ({
    action: "wait",
    experiments: listSlugs(rows.filter((row) => row.signal === "running")),
    run_id,
  }),
  setup_fails_everywhere: (rows) => ({
    action: "fix_setup",
    experiments: listSlugs(rows.filter((row) => row.signal !== "abandoned")),
    hint: rows.find((row) => row.signal !== "abandoned")?.reason,
  }),
  suite_without_evidence: (rows, { required }) => ({
    action: "fix_suite",
    experiments: listSlugs(rows.filter((row) => row.signal !== "abandoned")),
    tags: findSuitesWithoutEvidence(rows, required),
  }),
  not_measured: (rows, { required }) => planMeasurement(rows.filter(isUndecided), required),
  flaky: (rows) => ({
    action: "stabilize",
    experiments: listSlugs(rows.filter((row) => (row.flaky ?? 0) > 0)),
  }),
  same_code: (_rows, { same_code }) => ({ action: "differentiate", experiments: same_code.flat() }),
  conflict: (rows) => ({ action: "choose", experiments: listSlugs(selectWinners(rows)) }),
  best_of_conflict: (_rows, { choice: { by_metrics } }) => ({
    action: "promote",
    experiments: by_metrics === undefined ? [] : [by_metrics],
  }),
  one_wins: (rows) => ({ action: "promote", experiments: listSlugs(selectWinners(rows)) }),
  several_win: (rows) => ({ action: "synthesize", experiments: listSlugs(selectWinners(rows)) }),
  all_failed: (rows) => {
    const failing = rows.filter((row) => row.signal === "failing");
    if (failing.length > 0) return { action: "revise", experiments: listSlugs(failing) };
    const capped = rows.filter((row) => row.signal === "capped");
    return { action: capped.length > 0 ? "extend" : "create", experiments: listSlugs(capped) };
  },
};

/** Whatever prevents measuring comes first, because a run would only fail on it again. */
function planMeasurement(open: ExperimentRow[], required: readonly string[]): NextAction {
  const broken = open.filter((row) => row.signal === "unreadable");
  if (broken.length > 0) return { action: "repair", experiments: listSlugs(broken), hint: broken[0]?.reason };
  const troubled = open.filter((row) => row.last_attempt !== undefined);
  if (troubled.length > 0)
    return {
      action: "resolve",
      experiments: listSlugs(troubled),
      hint: troubled[0]?.last_attempt?.error.hint,
    };
  const believed = open.filter((row) => row.evidence_state !== "claimed");
  const silent = believed.filter((row) => required.some((tag) => gaveNoEvidence(row, tag)));
  if (silent.length > 0) {
    const tags = required.filter((tag) => silent.some((row) => gaveNoEvidence(row, tag)));
    return { action: "correct", experiments: listSlugs(silent), tags };
  }
  const tags = [...new Set(open.flatMap(({ tags_not_run = [] }) => tags_not_run))];
  const isAllByTags = open.every(({ tags_not_run = [] }) => tags_not_run.length > 0);
  return { action: "run", experiments: listSlugs(open), ...(isAllByTags && { tags }) };
}
