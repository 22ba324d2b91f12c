import { countEnded } from "../../../schemas/run.ts";
import { listRuns } from "../../runs/journal/journal.ts";
import type { Shared } from "../command.ts";
import { print } from "../print.ts";
import { alignColumns, countSucceeded } from "../render/run.ts";

/** `runs [FEATURE]`: lists the runs of one feature or of all, newest first. */
export async function runs({ workspace }: Pick<Shared, "workspace">, [featureId]: string[]): Promise<void> {
  const found = await listRuns(workspace, featureId);
  const rows = found.map((run) => [
    run.run_id,
    run.feature_id,
    run.cycle_id,
    run.state,
    run.created_at,
    `${countEnded(run)} of ${run.results.length} done, ${countSucceeded(run)} succeeded`,
  ]);
  const lines = rows.length === 0 ? ["There are no runs yet."] : alignColumns(rows);
  print(...lines);
}
