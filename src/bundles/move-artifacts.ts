import { existsSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { CasesFile } from "../../schemas/plan/report.ts";
import { casesName, schemaDifferenceName } from "../experiments/layout.ts";
import { writeJson } from "../utils/files/json.ts";
import { sharedFolders } from "./manifest.ts";
import type { Bundle } from "./read-bundle.ts";
import type { RecountedTag } from "./recount.ts";

/**
 * Moves a bundle's artifacts into the folder of a cycle, under the names that the cycle would have given them. What runs
 * before the suites ran once for each bundle, so its artifacts go into separate folders. The lists of tests are those that
 * were read again.
 * @param directory of the cycle; earlier artifacts of the bundle's tags must have been set aside
 * @param runId the run that counts them here
 */
export async function moveArtifacts(
  { manifest, directory: from }: Bundle,
  recounted: readonly RecountedTag[],
  { directory, runId }: { directory: string; runId: string },
): Promise<void> {
  const move = async (name: string, to = name) => {
    const target = join(directory, to);
    if (!existsSync(join(from, name))) return;
    await mkdir(dirname(target), { recursive: true });
    await rename(join(from, name), target);
  };
  for (const tag of manifest.tags) await move(tag);
  for (const folder of sharedFolders)
    if (!manifest.tags.includes(folder)) await move(folder, nameShared(manifest.tags, folder));
  await move(schemaDifferenceName);
  for (const { tag, verdict, details } of recounted) {
    const { cases, left_out, rounds } = verdict;
    const file: CasesFile = { tag, run_id: runId, details, left_out, cases, rounds };
    await writeJson(join(directory, casesName(tag)), file);
  }
}

/** Names an artifact of the setup so that those of several bundles do not collide. No tag contains a plus sign. */
export function nameShared([first]: readonly string[], name: string): string {
  return `${first}+shard/${name}`;
}
