import { readFileSync } from "node:fs";
import { join } from "node:path";
import { archiveDirectory, promotionsDirectory, stateDirectory } from "../../experiments/layout.ts";
import { listEntries } from "../../utils/files/files.ts";

const runIds = /run-[0-9]{8}T[0-9]{6}-[0-9a-f]{8}/g;

/**
 * Lists the runs that a feature's records name as the source of their evidence: outcomes, including those set aside,
 * and the records of promotions, for open and closed experiments. Searches the text, so that even a broken record keeps
 * the runs it names. Timelines name every run there ever was, so they are not searched.
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

/** Lists the JSON files down to the given depth, except timelines. */
function listRecords(folder: string, depth: number): string[] {
  return listEntries(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory())
      return depth > 0 && entry.name !== "artifacts" ? listRecords(path, depth - 1) : [];
    return entry.isFile() && entry.name.endsWith(".json") && entry.name !== "timeline.json" ? [path] : [];
  });
}
