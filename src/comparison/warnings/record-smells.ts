import type { Smell } from "../../../schemas/smell.ts";
import { type FeatureRef, planPath } from "../../experiments/layout.ts";
import type { PlannedTags } from "../records/planned-tags.ts";
import { smellOf } from "./smell.ts";

/** A file that a comparison can do without, and could not read. */
export interface BrokenFile {
  path: string;
  reason: string;
}

/** What could not be read beside the rows. */
export function findRecordSmells(
  { workspace, feature_id }: FeatureRef,
  planProblem: PlannedTags["problem"],
  broken: BrokenFile[],
): Smell[] {
  const smells: Smell[] = [];
  if (planProblem !== undefined)
    smells.push(smellOf(planProblem.kind, planProblem.message, [planPath(workspace, feature_id)]));
  const [first, ...others] = broken;
  if (first !== undefined) {
    const more = others.length === 0 ? "" : `; and ${others.length} more`;
    const message = `Left out, since it cannot be read: ${first.reason}${more}.`;
    const paths = broken.map(({ path }) => path);
    smells.push(smellOf("details-unreadable", message, paths));
  }
  return smells;
}
