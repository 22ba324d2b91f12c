import { relative, resolve } from "node:path";
import { importBundles } from "../../bundles/import-bundles.ts";
import type { ImportedBundle } from "../../bundles/open-bundle.ts";
import { writeComparisonPage } from "../../comparison/views/page/write-page.ts";
import { readActiveRuns } from "../../runs/caller/active-runs.ts";
import { onOneLine } from "../../utils/text/printable.ts";
import { openContext, type Shared } from "../command.ts";
import { print } from "../print.ts";

/**
 * `import FILES…`: merges bundles from other machines, reports the outcome of each, and updates the comparison pages.
 * @throws CoreError whatever `importBundles` throws
 */
export async function importCommand(shared: Shared, files: string[]): Promise<void> {
  const { workspace } = shared;
  const paths = files.map((file) => resolve(file));
  const { bundles, runs } = await importBundles(openContext(shared), paths);
  for (const { feature_id } of runs) {
    const knownRuns = await readActiveRuns(workspace, feature_id);
    await writeComparisonPage({ workspace, feature_id, knownRuns });
  }
  print(...bundles.map(describe));
  for (const { feature_id } of runs) print(`Next: lakebase-experiments compare ${feature_id}`);
  if (bundles.some(({ status }) => status === "refused")) process.exitCode = 2;
}

function describe(bundle: ImportedBundle): string {
  const name = relative("", bundle.path);
  if (bundle.status === "refused") {
    const { code, message, hint } = bundle.error;
    return onOneLine(`${name}: refused, ${code}: ${message} ${hint}`);
  }
  const { experiment_slug, tags, machine, cycle_id } = bundle;
  const what = `${experiment_slug} ${tags.join(", ")} of ${machine}`;
  return bundle.status === "already"
    ? `${name}: already merged, ${what} in ${cycle_id}`
    : `${name}: merged, ${what} into ${cycle_id}`;
}
