import { existsSync } from "node:fs";
import { basename, dirname } from "node:path";
import { type ExperimentRef, experimentPaths, experimentsDirectory } from "../experiments/layout.ts";
import { CoreError } from "../utils/core-error.ts";
import { listEntries } from "../utils/files/files.ts";

/**
 * Refuses a name that differs only in letter case from an existing one if the file system does not distinguish them:
 * the two experiments would overwrite each other's records. On a case-sensitive file system they are two experiments.
 * @throws CoreError `slug_differs_by_case`
 */
export function refuseCaseConflict(ref: ExperimentRef): void {
  const features = experimentsDirectory(ref.workspace, ref.feature_id);
  for (const path of [features, experimentPaths(ref).directory]) {
    const name = basename(path);
    const names = existsSync(path) ? listEntries(dirname(path)).map((entry) => entry.name) : [];
    const existing = findCaseConflict(name, names);
    if (existing === undefined) continue;
    const message = `${name} differs from the existing ${existing} only in upper and lower case, and this file system does not distinguish them.`;
    throw new CoreError("slug_differs_by_case", message, {
      hint: `Use ${existing} as it is spelled, or another name.`,
    });
  }
}

/** Finds the entry that differs from this name only in letter case; undefined if the name itself is listed. */
export function findCaseConflict(name: string, names: readonly string[]): string | undefined {
  if (names.includes(name)) return undefined;
  return names.find((each) => each.toLowerCase() === name.toLowerCase());
}
