import { hasEnded, listRuns } from "./journal.ts";

/** The slugs of a feature's experiments whose part in a run is still to end, whether it has begun or not. */
export async function listRacing(workspace: string, featureId: string): Promise<string[]> {
  const open = (await listRuns(workspace, featureId)).filter((run) => !hasEnded(run));
  return open
    .flatMap((run) => run.results)
    .filter(({ status }) => status === "queued" || status === "running")
    .map((result) => result.experiment_slug);
}
