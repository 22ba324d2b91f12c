import * as z from "zod";
import { type BranchName, branchNameFromResourcePath } from "./branches/branch-id.ts";
import { openBudget, retryTransient } from "./cli/budget.ts";
import { askCli } from "./cli/run-cli.ts";
import type { Lakebase } from "./lakebase.ts";
import { projectPath } from "./paths.ts";

export interface Project {
  project: string;
  default_branch: BranchName | null;
  /** As Lakebase writes it, `"604800s"`. A guess at the longest permitted ttl, which Lakebase does not publish. */
  history_retention_duration: string | null;
}

interface CallOptions {
  signal?: AbortSignal | undefined;
  timeout_ms?: number | undefined;
}

const projectResource = z.object({
  status: z
    .object({ default_branch: z.string().optional(), history_retention_duration: z.string().optional() })
    .optional(),
});

/** Fetches the handle's project. @throws LakebaseError `project_not_found` */
export async function getProject(lakebase: Lakebase, options?: CallOptions): Promise<Project> {
  const budget = openBudget(lakebase, options);
  const args = ["postgres", "get-project", projectPath(lakebase)];
  const { status } = await retryTransient(budget, () => askCli(lakebase, budget, { args }, projectResource));
  return {
    project: lakebase.settings.project,
    default_branch: branchNameFromResourcePath(status?.default_branch ?? ""),
    history_retention_duration: status?.history_retention_duration ?? null,
  };
}
