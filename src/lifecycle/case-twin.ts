import { existsSync } from "node:fs";
import { basename, dirname } from "node:path";
import { type ExperimentRef, experimentPaths, experimentsDirectory } from "../experiments/layout.ts";
import { CoreError } from "../utils/core-error.ts";
import { entriesIn } from "../utils/files/files.ts";

/**
 * Refuses names that differ by letter case alone from others whose records are there, where the file system takes both
 * for one: the two would write into each other's records. Elsewhere they are two experiments.
 * @throws CoreError `slug_differs_by_case`
 */
export function refuseCaseTwin(ref: ExperimentRef): void {
  const features = experimentsDirectory(ref.workspace, ref.feature_id);
  for (const path of [features, experimentPaths(ref).directory]) {
    const name = basename(path);
    const names = existsSync(path) ? entriesIn(dirname(path)).map((entry) => entry.name) : [];
    const twin = findCaseTwin(name, names);
    if (twin === undefined) continue;
    const message = `${name} differs from the existing ${twin} only in upper and lower case, and this file system does not distinguish them.`;
    throw new CoreError("slug_differs_by_case", message, {
      hint: `Use ${twin} as it is spelled, or another name.`,
    });
  }
}

/** The name under which a folder is listed that is found by this one. */
export function findCaseTwin(name: string, names: readonly string[]): string | undefined {
  if (names.includes(name)) return undefined;
  return names.find((each) => each.toLowerCase() === name.toLowerCase());
}
