import { listArtifactNames } from "../experiments/artifacts.ts";
import { writeWhole } from "../experiments/files.ts";
import { comparisonPagePath } from "../experiments/layout.ts";
import { type ComparisonInput, compareExperiments } from "./compare.ts";
import { type ArtifactLink, renderPage } from "./views/page.ts";

/** More links than this do not help to find one; the folders hold the rest. */
const maxLinks = 40;

/** Writes the comparison as a page beside the feature's experiments. @returns its absolute path */
export async function writeComparisonPage(input: Omit<ComparisonInput, "details">): Promise<string> {
  const { workspace, feature_id } = input;
  const report = await compareExperiments({ ...input, details: { tests: true, schema: true } });
  const links = await Promise.all(
    report.rows.map(({ experiment_slug }) => linksOf({ workspace, feature_id, experiment_slug })),
  );
  const path = comparisonPagePath(workspace, feature_id);
  await writeWhole(path, renderPage(report, links.flat()));
  return path;
}

async function linksOf(ref: Parameters<typeof listArtifactNames>[0]): Promise<ArtifactLink[]> {
  const { experiment_slug } = ref;
  const byCycle = await listArtifactNames(ref);
  return [...byCycle]
    .flatMap(([cycle_id, names]) => names.sort().map((name) => ({ experiment_slug, cycle_id, name })))
    .slice(-maxLinks);
}
