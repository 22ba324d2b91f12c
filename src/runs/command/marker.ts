/** Marks every process of a command, so that one that left its process group is still recognized as ours. */
export const markerVariable = "LAKEBASE_EXPERIMENTS_MARKER";

/**
 * Makes the marker of a command's processes; of those of an experiment or a whole run, its beginning.
 * @param folder the command's artifact folder within the cycle
 */
export function makeMarker(runId: string, ...parts: [experiment_slug?: string, folder?: string]): string {
  return [runId, ...parts].map((part) => `${part}/`).join("");
}

/** Returns what a marker says; a suite's folder begins with its tag. */
export function readMarker(marker: string): { runId: string; experiment_slug: string; tag: string } {
  const [runId = "", experiment_slug = "", tag = ""] = marker.split("/");
  return { runId, experiment_slug, tag };
}
