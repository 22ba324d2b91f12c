import type { PromotionAnswer } from "../../../schemas/promotion/promotion-answer.ts";
import { onOneLine } from "../../utils/text/printable.ts";
import { renderLabelled } from "./wrap.ts";

/** The column in which texts begin. */
const column = 10;

/** Renders the current state of a promotion, line by line. */
export function renderPromotion(answer: PromotionAnswer): string[] {
  const { feature_id, experiment_slug, state, objections, warnings, steps = [], log, error } = answer;
  return [
    `${experiment_slug} of ${feature_id}: ${state}`,
    ...describeCode(answer),
    ...describeDatabase(answer),
    ...describeVerified(answer),
    ...steps.flatMap((step) => line("step", step)),
    ...(error === undefined ? [] : line("failed", `${error.code}: ${error.message} ${error.hint}`)),
    ...(log === undefined ? [] : line("log", log)),
    ...requestLines(answer),
    ...objections.flatMap(({ code, message, hint, acceptable }) =>
      line("against", `${code}: ${message} ${hint}${acceptable ? ` (or --accept ${code})` : ""}`),
    ),
    ...warnings.flatMap((warning) => line("note", warning)),
  ];
}

function line(label: string, text: string): string[] {
  return renderLabelled(label, onOneLine(text), column);
}

function describeCode({ code }: PromotionAnswer): string[] {
  if (code === undefined) return [];
  const { target, target_commit, experiment_commit, how, conflicts = [] } = code;
  const words = {
    up_to_date: "is already in it",
    fast_forward: "by a fast-forward",
    merge: "by a merge",
    conflict: `conflicts in ${conflicts.join(", ")}`,
  };
  const what = `${experiment_commit.slice(0, 12)} into ${target} at ${target_commit.slice(0, 12)}`;
  return line("code", `${what}, ${words[how]}`);
}

function describeDatabase({ database }: PromotionAnswer): string[] {
  const { parent_branch, commands, pending = [], safety_branch, safety_branch_expires } = database;
  const until = safety_branch_expires === undefined ? "" : `, until ${safety_branch_expires}`;
  return [
    ...commands.map((command) => `${command} on ${parent_branch ?? "the parent branch"}`),
    ...pending.map((entry) => `applies ${entry}`),
    ...(safety_branch === undefined ? [] : [`earlier state kept on ${safety_branch}${until}`]),
  ].flatMap((text) => line("database", text));
}

function describeVerified({ verified }: PromotionAnswer): string[] {
  if (verified === undefined) return [];
  const { state, run_id, cycle_id, by_tag, at } = verified;
  const counts = Object.entries(by_tag).map(([tag, { passed, failed }]) => `${tag} ${passed}/${failed}`);
  const when = at === undefined ? "" : ` at ${at}`;
  return line("verified", `${state} in ${run_id} (${cycle_id})${when}: ${counts.join(", ")}`);
}

function requestLines({ pull_request }: PromotionAnswer): string[] {
  if (pull_request === undefined) return [];
  const { git_branch, title, path } = pull_request;
  return [...line("branch", git_branch), ...line("title", title), ...line("text", path)];
}
