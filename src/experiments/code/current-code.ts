import type { Evidence, TagEvidence } from "../../../schemas/experiment/outcomes.ts";

/**
 * Whether a tag's counts are of the code that the record's last run found. Counts of that run are; those of an earlier
 * one are where both found the same commit, without changes beside it.
 */
export function isOfCurrentCode(evidence: Evidence, { source }: TagEvidence): boolean {
  if (source === undefined || source.run_id === evidence.run_id) return true;
  const isClean = !source.dirty && !evidence.dirty;
  return isClean && source.commit !== null && source.commit === evidence.commit;
}
