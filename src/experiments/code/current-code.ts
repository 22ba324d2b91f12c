import type { Evidence, TagEvidence } from "../../../schemas/experiment/outcomes.ts";

/**
 * True if a tag's counts belong to the code that the last run found. Counts of an earlier run do if both runs found the
 * same commit without other changes.
 */
export function isOfCurrentCode(evidence: Evidence, { source }: TagEvidence): boolean {
  if (source === undefined || source.run_id === evidence.run_id) return true;
  const isClean = !source.dirty && !evidence.dirty;
  return isClean && source.commit !== null && source.commit === evidence.commit;
}
