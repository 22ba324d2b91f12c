import * as z from "zod";
import { findSameBranch, listBranches } from "../branches/branches.ts";
import { openBudget } from "../cli/budget.ts";
import { LakebaseError } from "../cli/errors.ts";
import type { Lakebase } from "../lakebase.ts";
import { type Branch, branchSchema } from "../resources.ts";
import { connectionSchema } from "./client.ts";
import { requestLogin } from "./connection.ts";
import { awaitEndpoint } from "./endpoint.ts";

/** A login to a branch. It contains a password: it stays in memory, and in pipes between our own processes. */
export const knownLoginSchema = z.object({ branch: branchSchema, login: connectionSchema });
export type KnownLogin = z.infer<typeof knownLoginSchema>;

/**
 * Requests a login to a new branch. It is not tried, because that would wake the branch's compute.
 * @returns undefined if the branch is gone, or a different one has its name by now
 * @throws CoreError if there is no login, or no endpoint yet
 */
export async function requestKnownLogin(lakebase: Lakebase, branch: Branch): Promise<KnownLogin | undefined> {
  const endpoint = await awaitEndpoint(lakebase, branch.branch, openBudget(lakebase), refuseToCreate);
  // The endpoint was found by the name, which a different branch may have by now.
  const [login, branches] = await Promise.all([requestLogin(lakebase, endpoint), listBranches(lakebase)]);
  return findSameBranch(branches, branch) === undefined ? undefined : { branch, login };
}

/** A missing endpoint is created by whoever checks first that the branch is still the same. */
async function refuseToCreate(): Promise<never> {
  throw new LakebaseError("endpoint_not_ready", "The branch has no endpoint yet.", {
    hint: "Log in again.",
    retryable: true,
  });
}
