import type { ExperimentOutcomes, TagEvidence } from "../../../schemas/experiment/outcomes.ts";
import { groupBy } from "../../utils/group-by.ts";
import type { JudgingContext } from "./judging-context.ts";

/** Lists the unmeasured tags that keep an experiment from winning, by reason: `api, e2e: its report is missing`. */
export function findGaps(
  { evidence, by_tag = {} }: ExperimentOutcomes,
  { required, planned = [], outdated }: JudgingContext,
): string[] {
  if (evidence === undefined) return [];
  const isRequired = (tag: string) => required?.includes(tag) ?? true;
  // Missing tests of an optional tag do not matter, but tests that may yet fail do.
  const mayFail = (tag: string, { unfinished, code }: TagEvidence) =>
    planned.includes(tag) && (unfinished === true || code !== undefined);
  const unmeasured = Object.entries(evidence.by_tag).flatMap(([tag, own]) => {
    if (own.state === "evidence") return isRequired(tag) ? { tag, reason: outdated?.get(tag) } : [];
    return isRequired(tag) || mayFail(tag, own) ? { tag, reason: own.reason ?? "not measured" } : [];
  });
  const claimed = Object.keys(by_tag)
    .filter((tag) => !Object.hasOwn(evidence.by_tag, tag))
    .map((tag) => ({ tag, reason: "no run measured it" }));
  const gaps = [...unmeasured, ...claimed].filter(({ reason }) => reason !== undefined);
  return [...groupBy(gaps, ({ reason = "" }) => reason)].map(
    ([reason, alike]) => `${alike.map(({ tag }) => tag).join(", ")}: ${reason.replace(/\.$/, "")}`,
  );
}

/** Lists the required tags that its evidence does not mention. */
export function findTagsNotRun(
  { evidence }: ExperimentOutcomes,
  { required = [] }: JudgingContext,
): string[] {
  return required.filter((tag) => !Object.hasOwn(evidence?.by_tag ?? {}, tag));
}
