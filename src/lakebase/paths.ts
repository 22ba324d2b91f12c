import type { BranchName } from "./branches/branch-id.ts";
import type { Lakebase } from "./lakebase.ts";

export function projectPath({ settings }: Lakebase): string {
  return `projects/${settings.project}`;
}

export function branchPath(lakebase: Lakebase, branch: BranchName): string {
  return `${projectPath(lakebase)}/branches/${branch}`;
}
