import type { ExperimentRow } from "../../../../schemas/comparison/comparison.ts";
import { listArtifactNames } from "../../../experiments/artifacts/artifacts.ts";
import { comparisonPagePath, experimentsDirectory } from "../../../experiments/layout.ts";
import { CoreError } from "../../../utils/core-error.ts";
import { writeAtomically } from "../../../utils/files/files.ts";
import { allDetails, type ComparisonInput, compareExperiments } from "../../compare.ts";
import type { ArtifactList } from "./links.ts";
import { renderPage } from "./page.ts";

/** More links would not help to find one; the folders have the rest. */
const maxLinks = 40;

/**
 * Writes the comparison as a page next to the feature's experiments.
 * @returns its absolute path
 * @throws CoreError `no_experiments`, so that a mistyped name does not create a folder
 */
export async function writeComparisonPage(input: Omit<ComparisonInput, "details">): Promise<string> {
  const page = await buildPage(input);
  const path = comparisonPagePath(input.workspace, input.feature_id);
  await writeAtomically(path, page);
  return path;
}

/**
 * Renders the page as text.
 * @throws CoreError `no_experiments`
 */
export async function buildPage(input: Omit<ComparisonInput, "details">): Promise<string> {
  const { workspace, feature_id } = input;
  const report = await compareExperiments({ ...input, details: allDetails });
  if (report.rows.length === 0) {
    throw new CoreError("no_experiments", `Feature ${feature_id} has no experiments to compare.`, {
      hint: "Create some, or check the feature_id.",
    });
  }
  const artifacts = await Promise.all(
    report.rows.map(async (row) => {
      const { experiment_slug } = row;
      return listRowArtifacts(row, await listArtifactNames({ workspace, feature_id, experiment_slug }));
    }),
  );
  const { open_runs = [], findRun } = input.knownRuns ?? {};
  const runs = open_runs.flatMap((run_id) => findRun?.(run_id) ?? []);
  return renderPage(report, { directory: experimentsDirectory(workspace, feature_id), artifacts, runs });
}

/** Lists the artifacts of the cycle that counts, then those of the others, newest first. */
function listRowArtifacts(
  { experiment_slug, evidence }: ExperimentRow,
  byCycle: Map<string, string[]>,
): ArtifactList {
  const newestFirst = [...byCycle.keys()].sort((a, b) => b.localeCompare(a, "en", { numeric: true }));
  const counted = newestFirst.filter((cycle) => cycle === evidence?.cycle_id);
  const all = [...new Set([...counted, ...newestFirst])].flatMap((cycle_id) =>
    (byCycle.get(cycle_id) ?? []).sort().map((name) => ({ cycle_id, name })),
  );
  return { experiment_slug, artifacts: all.slice(0, maxLinks), left_out: Math.max(0, all.length - maxLinks) };
}
