import type { Smell } from "../../schemas/smell.ts";
import { planPath } from "../experiments/layout.ts";
import type { PlannedTags } from "./planned-tags.ts";

/** A file that a comparison can do without, and could not read. */
export interface BrokenFile {
  path: string;
  reason: string;
}

const maxRecords = 5;

/** What could not be read beside the rows. */
export function findRecordSmells(
  { workspace, feature_id }: { workspace: string; feature_id: string },
  planProblem: PlannedTags["problem"],
  broken: BrokenFile[],
): Smell[] {
  const smells: Smell[] = [];
  if (planProblem !== undefined) smells.push({ ...planProblem, records: [planPath(workspace, feature_id)] });
  const [first, ...others] = broken;
  if (first !== undefined) {
    const more = others.length === 0 ? "" : `; and ${others.length} more`;
    const message = `Left out, since it cannot be read: ${first.reason}${more}.`;
    const records = broken.slice(0, maxRecords).map(({ path }) => path);
    smells.push({ kind: "details-unreadable", message, records });
  }
  return smells;
}
