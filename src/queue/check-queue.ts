import type { Plan } from "../../schemas/plan/plan.ts";
import type { Context } from "../context.ts";
import { readBranchRecord } from "../experiments/branches/branch-record.ts";
import { findPlan } from "../experiments/plan.ts";
import { asBranchName } from "../lakebase/branches/branch-id.ts";
import { openBudget } from "../lakebase/cli/budget.ts";
import { awaitEndpoint } from "../lakebase/connection/endpoint.ts";
import { getProject } from "../lakebase/projects.ts";
import { type RunInput, resolveExperiments } from "../runs/journal/request.ts";
import { CoreError } from "../utils/core-error.ts";
import { parseQueueUrl } from "./database/address.ts";
import { loadBoss } from "./database/connect.ts";
import { refuseSecrets } from "./plan-secrets.ts";

type CheckContext = Pick<Context, "workspace" | "lakebase" | "signal" | "queue_url">;

/**
 * Checks, before a run is started, that its suites can go to the queue, if there is one. A queue on a branch that
 * experiments are forked from would be copied into each of them, with its jobs.
 * @throws CoreError `invalid_queue_url`, `queue_not_installed`, `queue_forked`, `queue_secret_in_plan`, and whatever
 *   `findPlan` and `resolveExperiments` throw
 */
export async function checkQueue(context: CheckContext, input: RunInput): Promise<void> {
  const { queue_url, lakebase } = context;
  if (queue_url === undefined || input.quiet === true) return;
  const address = parseQueueUrl(queue_url);
  await loadBoss();
  const plan = await findPlan(context.workspace, input.feature_id);
  if (plan !== undefined) refuseSecrets(plan);
  if (address.kind === "lakebase") {
    if (address.project !== lakebase.settings.project) return;
    const branch = address.branch ?? (await getProject(lakebase)).default_branch;
    if (branch !== null && (await listBranchNames(context, input, plan)).has(branch)) throw forked(branch);
    return;
  }
  const { hostname } = new URL(address.url);
  if (!mayBeLakebase(hostname)) return;
  for (const branch of await listBranchNames(context, input, plan)) {
    const budget = openBudget(lakebase, { signal: context.signal });
    const { host } = await awaitEndpoint(lakebase, asBranchName(branch), budget);
    // A pooled host belongs to the same endpoint.
    if (host.split(":")[0] === hostname.replace("-pooler.", ".")) throw forked(branch);
  }
}

/** Lists the branches of a run's experiments, and those that they were forked from. */
async function listBranchNames(
  { workspace, lakebase }: CheckContext,
  input: RunInput,
  plan: Plan | undefined,
): Promise<ReadonlySet<string>> {
  const experiments = await resolveExperiments(workspace, input);
  const records = await Promise.all(experiments.map((each) => readBranchRecord(each).catch(() => undefined)));
  const parents = [plan?.parent_branch, ...records.map((record) => record?.parent_branch)];
  const known = parents.filter((name) => name !== undefined && name !== null);
  const usual = known.length === 0 ? (await getProject(lakebase)).default_branch : null;
  return new Set([...experiments.map(({ branch }) => branch), ...known, ...(usual === null ? [] : [usual])]);
}

/** Whether a host may be an endpoint of Lakebase, or of the emulator on this machine. */
function mayBeLakebase(hostname: string): boolean {
  return (
    hostname === "localhost" ||
    hostname.startsWith("127.") ||
    /\.(databricks\.com|azuredatabricks\.net)$/.test(hostname)
  );
}

function forked(branch: string): CoreError {
  const what = `The queue is on branch ${branch}, which experiments are forked from or run on: each fork would contain a copy of it.`;
  return new CoreError("queue_forked", what, {
    hint: "Put the queue into a project of its own: create-project queue, then LAKEBASE_QUEUE_URL=lakebase://queue.",
  });
}
