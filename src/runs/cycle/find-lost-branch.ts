import { checkBranch } from "../../experiments/check-branch.ts";
import { canLogIn, openConnection } from "../../lakebase/connection.ts";
import { CoreError } from "../../utils/core-error.ts";
import type { CycleScope } from "./scope.ts";

/**
 * Whether a suite that failed lost its branch on the way: then its failures are not the design's. While the last login
 * still works, no CLI is asked.
 * @returns what happened to the branch; undefined where it is there and can be reached
 */
export async function findLostBranch(scope: CycleScope): Promise<CoreError | undefined> {
  const { lakebase, experiment, logins, branch, signal } = scope;
  const login = logins.used.at(-1);
  if (login !== undefined && (await canLogIn(lakebase, login))) return undefined;
  try {
    await checkBranch(lakebase, experiment, { signal });
    await openConnection(lakebase, branch.branch, { signal });
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof CoreError)) throw error;
    return error;
  }
}
