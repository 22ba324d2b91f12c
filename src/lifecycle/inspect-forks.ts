import type { Context } from "../context.ts";
import { findWaitingJobs, mostCounted, type WaitingJobs } from "../database/jobs/find-waiting-jobs.ts";
import { hashObjects } from "../database/objects.ts";
import { readSchema } from "../database/snapshot.ts";
import { readBranchRecord } from "../experiments/branches/branch-record.ts";
import { writeParentSchema } from "../experiments/branches/parent-schema.ts";
import type { ExperimentRef } from "../experiments/layout.ts";
import { hasOutcomes } from "../experiments/outcomes/outcomes.ts";
import { asBranchName } from "../lakebase/branches/branch-id.ts";
import type { Connection } from "../lakebase/connection/client.ts";
import { openConnection, readLoginEndpoint } from "../lakebase/connection/connection.ts";
import { findInTime } from "../lakebase/connection/find-in-time.ts";
import { CoreError, ignoreCoreError } from "../utils/core-error.ts";
import { groupBy } from "../utils/group-by.ts";
import type { CutExperiment } from "./create.ts";

/** How long to wait for the branch, in milliseconds. */
const patienceMs = 15_000;

/**
 * Looks into one of the branches that were created, because all were forked together. Records the schema that they
 * were forked with, and warns about job queues that they copied from their parent with jobs still waiting, one warning
 * per queue. Does nothing if that branch cannot be reached.
 */
export async function inspectForks(
  { workspace, lakebase, logins, signal }: Pick<Context, "workspace" | "lakebase" | "logins" | "signal">,
  feature_id: string,
  cut: readonly CutExperiment[],
): Promise<string[]> {
  const refs = cut.map((each) => ({ ...each, workspace, feature_id }));
  const created = refs.filter((ref) => ref.created);
  // A branch that has run may have jobs of its own.
  const fork = created[0] ?? refs.find((ref) => !hasOutcomes(ref));
  if (fork === undefined) return [];
  try {
    const record = await readBranchRecord(fork);
    const known = logins && (await findInTime(logins, record?.uid ?? "", signal));
    const connection = await openConnection(lakebase, asBranchName(fork.branch), {
      ...{ signal, timeout_ms: patienceMs },
      ...(known !== undefined && { endpoint: readLoginEndpoint(known.login), untried: known.login }),
    });
    const [jobs] = await Promise.all([findWaitingJobs(connection), recordParentSchema(connection, created)]);
    const from = record?.parent_branch ?? "the parent branch";
    return [...groupBy(jobs, ({ queue }) => queue).values()].map((own) => describeJobs(own, from));
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CoreError) return [];
    throw error;
  }
}

/** Nothing has run yet on branches that were just created, so their schema is still their parent's. */
async function recordParentSchema(connection: Connection, created: readonly ExperimentRef[]): Promise<void> {
  if (created.length === 0) return;
  const schema = await readSchema(connection).catch(ignoreCoreError);
  if (schema === undefined) return;
  const objects = hashObjects(schema);
  await Promise.all(created.map((ref) => writeParentSchema(ref, objects)));
}

function describeJobs(jobs: WaitingJobs[], from: string): string {
  const count = jobs.reduce((sum, each) => sum + each.count, 0);
  const many = `${count.toLocaleString("en")}${count < mostCounted ? "" : " or more"}`;
  const what = count === 1 ? "1 waiting job" : `${many} waiting jobs`;
  const where = jobs.map(({ table }) => table).join(", ");
  const how = jobs.map(({ empty }) => empty).join("; ");
  return `The branches copied ${what} of ${jobs[0]?.queue} from ${from} (${where}): a suite that starts workers would run them. Start no workers, or empty the queue in the plan's setup: ${how}`;
}
