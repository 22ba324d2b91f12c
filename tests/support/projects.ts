import { openBudget, retryTransient } from "../../src/lakebase/cli/budget.ts";
import { hasCode } from "../../src/lakebase/cli/errors.ts";
import { runCli } from "../../src/lakebase/cli/run-cli.ts";
import type { Lakebase } from "../../src/lakebase/lakebase.ts";
import { projectPath } from "../../src/lakebase/paths.ts";

/** Creates the handle's project, with its root branch. Not retried: an attempt that took effect is billed. */
export async function createProject(lakebase: Lakebase): Promise<void> {
  const body = JSON.stringify({ spec: { display_name: lakebase.settings.project } });
  const args = ["postgres", "create-project", lakebase.settings.project, "--json", body];
  await runCli(lakebase, openBudget(lakebase), { args, wait_ms: lakebase.limits.write_ms });
}

/** Deletes the handle's project with all its branches. Idempotent. */
export async function deleteProject(lakebase: Lakebase): Promise<void> {
  const budget = openBudget(lakebase);
  const args = ["postgres", "delete-project", projectPath(lakebase)];
  try {
    await retryTransient(budget, () => runCli(lakebase, budget, { args, wait_ms: lakebase.limits.write_ms }));
  } catch (error) {
    if (!hasCode(error, "project_not_found")) throw error;
  }
}
