import * as z from "zod";
import type { BranchName } from "../branches/branch-id.ts";
import { type Budget, pause, retryTransient } from "../cli/budget.ts";
import { hasCode, LakebaseError } from "../cli/errors.ts";
import { askCli, runCli } from "../cli/run-cli.ts";
import type { Lakebase } from "../lakebase.ts";
import { branchPath } from "../paths.ts";
import { type Endpoint, endpointResource } from "../resources.ts";

/** A read-write endpoint with a host, which no other endpoint has. */
export interface ReadyEndpoint {
  /** The full resource path. */
  name: string;
  /** Includes the port unless it is 5432. */
  host: string;
}

/**
 * Waits for the branch's read-write endpoint to have a host, creating the endpoint if it is missing.
 * @param beforeCreate checks that the branch may be changed
 */
export async function awaitEndpoint(
  lakebase: Lakebase,
  branch: BranchName,
  budget: Budget,
  beforeCreate: () => Promise<unknown> = async () => {},
): Promise<ReadyEndpoint> {
  let seen: Endpoint | undefined;
  for (let attempt = 0; ; attempt++) {
    try {
      const endpoints = await listEndpoints(lakebase, branch, budget);
      seen = endpoints.find(({ readOnly }) => !readOnly);
      if (seen === undefined) {
        await beforeCreate();
        await createEndpoint(lakebase, branch, budget);
      }
    } catch (error) {
      // If time runs out during a later check, what the earlier ones missed is more informative.
      if (attempt > 0 && hasCode(error, "timed_out")) throw notReady(branch, seen, error);
      throw error;
    }
    if (seen?.disabled === true) throw endpointDisabled(branch, seen);
    if (seen !== undefined && seen.host !== null) return { name: seen.name, host: seen.host };
    if (!(await pause(budget, attempt))) throw notReady(branch, seen);
  }
}

function listEndpoints(lakebase: Lakebase, branch: BranchName, budget: Budget): Promise<Endpoint[]> {
  const args = ["postgres", "list-endpoints", branchPath(lakebase, branch)];
  const call = { args };
  return retryTransient(budget, () => askCli(lakebase, budget, call, z.array(endpointResource)));
}

/** Creates an endpoint with the project's default size. */
async function createEndpoint(lakebase: Lakebase, branch: BranchName, budget: Budget): Promise<void> {
  const body = JSON.stringify({ spec: { endpoint_type: "ENDPOINT_TYPE_READ_WRITE" } });
  const path = branchPath(lakebase, branch);
  const args = ["postgres", "create-endpoint", path, "primary", "--json", body];
  try {
    await retryTransient(budget, () => runCli(lakebase, budget, { args, wait_ms: lakebase.limits.write_ms }));
  } catch (error) {
    // Someone else created it, or an earlier attempt took effect; the next check finds it.
    if (!hasCode(error, "endpoint_exists")) throw error;
  }
}

export function endpointDisabled(branch: BranchName, { name }: Pick<Endpoint, "name">): LakebaseError {
  return new LakebaseError("endpoint_disabled", `The endpoint ${name} of branch ${branch} is disabled.`, {
    hint: "A connection cannot wake a disabled endpoint: enable it on the project's page, or fork a new branch.",
  });
}

function notReady(branch: BranchName, endpoint: Endpoint | undefined, cause?: unknown): LakebaseError {
  const hint = "Lakebase may need longer: call again. The project's page shows the endpoint's state.";
  if (endpoint === undefined) {
    const message = `Branch ${branch} did not get a compute endpoint in time.`;
    return new LakebaseError("endpoint_not_ready", message, { hint, retryable: true, cause });
  }
  const message = `The endpoint ${endpoint.name} of branch ${branch} did not get a host in time.`;
  return new LakebaseError("host_not_ready", message, { hint, retryable: true, cause });
}
