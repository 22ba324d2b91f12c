import { runJournalPath } from "../experiments/layout.ts";
import { listRunIds, readRun } from "../runs/journal/journal.ts";
import { type Resource, take } from "./resource.ts";

/** How many runs are listed, newest first. */
const mostListed = 20;

/** A run as last written by its worker. */
export const runResource: Resource = {
  name: "run",
  title: "Journal of a run",
  description: "The state of a run, and by experiment its steps, counts, errors and what was not measured.",
  media_type: "application/json",
  template: "lakebase://runs/{run_id}.json",
  list: async (workspace) => {
    const ids = await listRunIds(workspace);
    return ids.slice(0, mostListed).map((run_id) => ({ run_id }));
  },
  complete: { run_id: listRunIds },
  read: async (workspace, variables) => ({
    media_type: "application/json",
    text: JSON.stringify(await readRun(workspace, take(variables, "run_id")), null, 2),
  }),
  findFiles: async (workspace, variables) => [runJournalPath(workspace, take(variables, "run_id"))],
};
