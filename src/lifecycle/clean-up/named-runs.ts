import { readFileSync } from "node:fs";
import { join } from "node:path";
import { archiveDirectory, promotionsDirectory, stateDirectory } from "../../experiments/layout.ts";
import { entriesIn } from "../../utils/files/files.ts";

const runIds = /run-[0-9]{8}T[0-9]{6}-[0-9a-f]{8}/g;

/**
 * The runs that the records of a feature name as where their evidence is from: outcomes, those set aside too, and what
 * tells of promotions, of open and of closed experiments. Found in their text, so that a record that is broken still
 * keeps the runs that it names. Timelines name all runs there ever were, and keep none.
 */
export function listNamedRuns(workspace: string, featureId: string): ReadonlySet<string> {
  const roots = [
    join(stateDirectory(workspace), "experiments", featureId),
    join(archiveDirectory(workspace), featureId),
    join(promotionsDirectory(workspace), featureId),
  ];
  const records = roots.flatMap((root) => listRecords(root, 2));
  return new Set(records.flatMap((path) => readFileSync(path, "utf8").match(runIds) ?? []));
}

/** The JSON files some folders deep, but for timelines. */
function listRecords(folder: string, depth: number): string[] {
  return entriesIn(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory())
      return depth > 0 && entry.name !== "artifacts" ? listRecords(path, depth - 1) : [];
    return entry.isFile() && entry.name.endsWith(".json") && entry.name !== "timeline.json" ? [path] : [];
  });
}
