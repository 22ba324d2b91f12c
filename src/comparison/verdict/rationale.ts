import type { ExperimentRow } from "../../../schemas/comparison/comparison.ts";
import { listSlugs } from "../../experiments/list-slugs.ts";
import { nameSome } from "../../utils/text/name-some.ts";
import { isUndecided, selectLeaders, selectWinners } from "./candidates.ts";
import { describeChoice } from "./choice.ts";
import { describeOthers, describePasses, maxNamed } from "./row-text.ts";
import { type DecisionInput, findConflicts, findSuitesWithoutEvidence, type Situation } from "./situation.ts";

/** Explains a recommendation with names and numbers, and what would change it. */
export function explain(situation: Situation, rows: ExperimentRow[], input: DecisionInput): string {
  const { opening, closing = "" } = texts[situation](rows, input);
  const decision = selectWinners(rows).length > 1 ? (input.choice.decision ?? "") : "";
  return [opening, decision, describeOthers(rows), describeTrouble(rows), describeCaps(rows), closing]
    .filter((sentence) => sentence !== "")
    .map((sentence) => sentence.replace(/\.?$/, "."))
    .join(" ");
}

/** The first sentence, and what would change the recommendation, unless it is to continue. */
type Text = (rows: ExperimentRow[], input: DecisionInput) => { opening: string; closing?: string };

const texts: Record<Situation, Text> = {
  unknown_feature: () => ({ opening: "The feature has no plan and no experiments" }),
  no_experiments: () => ({ opening: "There are no open experiments" }),
  running: (rows) => {
    const running = rows.filter((row) => row.signal === "running");
    return { opening: `Still running: ${nameAll(running)}${describeLead(rows, "; so far ")}` };
  },
  setup_fails_everywhere: () => ({
    opening:
      "The setup fails in every experiment, so the cause may be the plan or the parent branch rather than a design",
  }),
  suite_without_evidence: (rows, { required }) => {
    const tags = findSuitesWithoutEvidence(rows, required).join(", ");
    const what = `No experiment has evidence for ${tags}, so the cause may be the plan rather than a design`;
    return { opening: `${what}${describeLead(rows, "; so far ")}` };
  },
  not_measured: (rows) => ({ opening: describeLead(rows, "So far ") || "None wins yet" }),
  flaky: () => ({ opening: "No experiment passes its tests every time, but not all fail" }),
  same_code: (rows, { same_code }) => {
    const groups = same_code.map((group) => nameSome([...group], maxNamed)).join("; ");
    return {
      opening: `${nameWinners(rows)} win, but nothing distinguishes these, because their code is the same: ${groups}`,
    };
  },
  conflict: (rows, input) => ({
    opening: `${describeConflict(rows, input)} by ${describeChoice(selectWinners(rows), input.choice)}`,
  }),
  best_of_conflict: (rows, input) => ({
    opening: `${describeConflict(rows, input)}; metrics put ${input.choice.by_metrics} first`,
    closing: "A smaller change or fewer locks on large tables may weigh more",
  }),
  one_wins: (rows) => ({
    opening: `Only ${nameWinners(rows)} wins`,
    closing: "If another design also passes everything, the recommendation becomes synthesize",
  }),
  several_win: (rows, { choice: { by_metrics, decision } }) => ({
    opening:
      `${selectWinners(rows).length} experiments win: ${nameWinners(rows)}` +
      (by_metrics === undefined || decision !== undefined ? "" : `. Metrics put ${by_metrics} first`),
    closing: "A test that only one of them passes would change the recommendation to promote",
  }),
  all_failed: () => ({
    opening: "All have finished and none wins",
    closing: "A new cycle that passes everything would change this",
  }),
};

function describeLead(rows: ExperimentRow[], before: string): string {
  const leaders = selectLeaders(rows);
  if (leaders.length === 0) return "";
  const names = leaders.map((row) => (row.signal === "winning" ? describePasses(row) : row.experiment_slug));
  return `${before}${nameSome(names, maxNamed)} ${leaders.length === 1 ? "leads" : "lead"}`;
}

/** The details of each pair are in `combinations`. */
function describeConflict(rows: ExperimentRow[], { combinations }: DecisionInput): string {
  const conflicts = findConflicts(combinations);
  const slugs = [...new Set(conflicts.flatMap(({ experiments }) => experiments))];
  const places = new Set(conflicts.flatMap(({ files, schema_objects }) => [...files, ...schema_objects]));
  const where = `${nameSome(slugs, 2)} conflict in ${nameSome([...places], 2)}`;
  return `${selectWinners(rows).length} experiments win, but ${where}, so one must be chosen`;
}

/** Says what prevented the last run from measuring experiments whose earlier counts decide, and what to do about it. */
function describeTrouble(rows: ExperimentRow[]): string {
  const kept = rows.filter(
    (row) => row.signal !== "running" && !isUndecided(row) && row.last_attempt !== undefined,
  );
  const [first] = kept.flatMap(({ last_attempt }) => last_attempt?.error ?? []);
  if (first === undefined) return "";
  const what = `The last run could not measure ${nameAll(kept)} (${first.code}); what was counted before is kept`;
  return `${what}. ${first.hint}`;
}

/** Says how experiments that used up their budget can continue. */
function describeCaps(rows: ExperimentRow[]): string {
  const capped = rows.filter((row) => row.signal === "capped");
  if (capped.length === 0) return "";
  return `${nameAll(capped)} can run again after budget.per_experiment in plan.json is raised`;
}

function nameWinners(rows: ExperimentRow[]): string {
  return nameSome(selectWinners(rows).map(describePasses), maxNamed);
}

function nameAll(rows: ExperimentRow[]): string {
  return nameSome(listSlugs(rows), maxNamed);
}
