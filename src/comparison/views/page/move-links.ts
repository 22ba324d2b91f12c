import { comparisonPagePath, type ExperimentRef, experimentPaths } from "../../../experiments/layout.ts";
import { readIfPresent, writeAtomically } from "../../../utils/files/files.ts";
import { formatHref } from "./links.ts";

/**
 * Lets the page that a feature has lead to where the record of an experiment has gone. What the page says stays.
 * @param archived the folder of the archive, absolute
 * @throws CoreError `record_unreadable`
 */
export async function moveLinks(ref: ExperimentRef, archived: string): Promise<void> {
  const path = comparisonPagePath(ref.workspace, ref.feature_id);
  const page = await readIfPresent(path);
  if (page === undefined) return;
  const before = formatHref(path, experimentPaths(ref).directory);
  const moved = page.replaceAll(`href="${before}/`, `href="${formatHref(path, archived)}/`);
  if (moved !== page) await writeAtomically(path, moved);
}
