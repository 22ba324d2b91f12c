import type { Evidence, TagEvidence, TagSource } from "../../../schemas/experiment/outcomes.ts";
import { isOfCurrentCode } from "../../experiments/code/current-code.ts";
import type { PlannedTags } from "./planned-tags.ts";
import type { ExperimentRecords } from "./records.ts";

/**
 * Finds the tags whose counts do not apply to the experiment as it is now, each with the reason: they come from code
 * other than what its last cycle ran, from an earlier branch, or from a suite that differs from the plan's. Nothing is
 * inferred about a tag whose record does not say what was measured.
 */
export function findOutdatedTags(
  { experiment, outcomes }: ExperimentRecords,
  { planned, suites }: Pick<PlannedTags, "planned" | "suites">,
): Map<string, string> {
  const evidence = outcomes?.evidence;
  const found = new Map<string, string>();
  for (const [tag, own] of Object.entries(evidence?.by_tag ?? {})) {
    const { source } = own;
    if (evidence === undefined || source === undefined || own.state !== "evidence") continue;
    const isPlanned = planned.length === 0 || planned.includes(tag);
    const reason =
      describeOtherCode(own, source, evidence) ??
      describeOtherBranch(source, experiment.branch_uid) ??
      (isPlanned
        ? describeOtherSuite(source, suites.get(tag))
        : "counted by a suite that the plan no longer has");
    if (reason !== undefined) found.set(tag, reason);
  }
  return found;
}

function describeOtherCode(tag: TagEvidence, source: TagSource, evidence: Evidence): string | undefined {
  if (isOfCurrentCode(evidence, tag)) return undefined;
  if (source.commit === evidence.commit)
    return `counted in ${source.cycle_id}, and uncommitted code may have changed since`;
  return `counted at ${nameCommit(source.commit)}, but its last cycle ran ${nameCommit(evidence.commit)}`;
}

function nameCommit(commit: string | null): string {
  return commit === null ? "no commit" : commit.slice(0, 10);
}

function describeOtherBranch(source: TagSource, uid: string | null | undefined): string | undefined {
  const isOther = typeof uid === "string" && source.branch_uid !== null && source.branch_uid !== uid;
  return isOther ? "counted on a branch that has been forked again since" : undefined;
}

function describeOtherSuite({ suite }: TagSource, current: string | null | undefined): string | undefined {
  if (current === null) return "counted by another command than in other experiments";
  if (current === undefined || current === suite) return undefined;
  return "counted by a suite that has changed in the plan since";
}
