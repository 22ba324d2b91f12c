import { checkBranch } from "../../experiments/branches/check-branch.ts";
import { canLogIn } from "../../lakebase/connection/connection.ts";
import type { CycleScope } from "./scope.ts";

/**
 * Refuses what a suite counted, even if it passed, where its branch is gone. Does not run the CLI if the last login still
 * works.
 * @throws CoreError as `checkBranch` does
 */
export async function refuseLostBranch({ lakebase, experiment, logins, signal }: CycleScope): Promise<void> {
  const login = logins.used.at(-1);
  if (login !== undefined && (await canLogIn(lakebase, login))) return;
  await checkBranch(lakebase, experiment, { signal });
}
