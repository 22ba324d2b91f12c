import { comparisonPagePath, type ExperimentRef, experimentPaths } from "../../../experiments/layout.ts";
import { readIfPresent, writeAtomically } from "../../../utils/files/files.ts";
import { formatHref } from "./links.ts";

/**
 * Redirects the links of a feature's page to an experiment's archived records. The rest of the page stays.
 * @param archived absolute path of the archive folder
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
