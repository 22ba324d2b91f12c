import type { Context } from "../context.ts";
import { findWaitingJobs, mostCounted, type WaitingJobs } from "../database/jobs/find-waiting-jobs.ts";
import { readBranchRecord } from "../experiments/branches/branch-record.ts";
import { hasOutcomes } from "../experiments/outcomes/outcomes.ts";
import { asBranchName } from "../lakebase/branches/branch-id.ts";
import { openConnection, readLoginEndpoint } from "../lakebase/connection/connection.ts";
import { findInTime } from "../lakebase/connection/find-in-time.ts";
import { CoreError } from "../utils/core-error.ts";
import { groupBy } from "../utils/group-by.ts";
import type { CutExperiment } from "./create.ts";

/** How long to wait for the branch, in milliseconds. */
const patienceMs = 15_000;

/**
 * Warns about job queues that the experiments' branches copied from their parent with jobs still waiting, one warning
 * per queue. Checking a single branch is enough, because all were forked together. Says nothing if that branch cannot
 * be checked.
 */
export async function warnOfCopiedJobs(
  { workspace, lakebase, logins, signal }: Pick<Context, "workspace" | "lakebase" | "logins" | "signal">,
  feature_id: string,
  cut: readonly CutExperiment[],
): Promise<string[]> {
  const refs = cut.map(({ experiment_slug, branch }) => ({ workspace, feature_id, experiment_slug, branch }));
  // A branch that has run may have jobs of its own.
  const fork = refs.find((ref) => !hasOutcomes(ref));
  if (fork === undefined) return [];
  try {
    const record = await readBranchRecord(fork);
    const known = logins && (await findInTime(logins, record?.uid ?? "", signal));
    const connection = await openConnection(lakebase, asBranchName(fork.branch), {
      ...{ signal, timeout_ms: patienceMs },
      ...(known !== undefined && { endpoint: readLoginEndpoint(known.login), untried: known.login }),
    });
    const jobs = await findWaitingJobs(connection);
    const from = record?.parent_branch ?? "the parent branch";
    return [...groupBy(jobs, ({ queue }) => queue).values()].map((own) => describeJobs(own, from));
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CoreError) return [];
    throw error;
  }
}

function describeJobs(jobs: WaitingJobs[], from: string): string {
  const count = jobs.reduce((sum, each) => sum + each.count, 0);
  const many = `${count.toLocaleString("en")}${count < mostCounted ? "" : " or more"}`;
  const what = count === 1 ? "1 waiting job" : `${many} waiting jobs`;
  const where = jobs.map(({ table }) => table).join(", ");
  const how = jobs.map(({ empty }) => empty).join("; ");
  return `The branches copied ${what} of ${jobs[0]?.queue} from ${from} (${where}): a suite that starts workers would run them. Start no workers, or empty the queue in the plan's setup: ${how}`;
}
