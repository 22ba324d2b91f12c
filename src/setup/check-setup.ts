import type { Finding } from "../../schemas/finding.ts";
import type { Context } from "../context.ts";
import { checkLakebase } from "./check-lakebase.ts";
import { checkLeftovers } from "./check-leftovers.ts";
import { checkPrefix } from "./check-prefix.ts";
import { checkRecords } from "./check-records.ts";
import { checkGit, checkWorkspace } from "./check-workspace.ts";

export interface Setup {
  /** What is driven: the local emulator, or a Lakebase project. */
  backend: "local" | "lakebase";
  command: string;
  project: string;
  profile: string | null;
  default_branch: string | null;
  /** What the names of this person's branches begin with; null if only plans set a prefix. */
  branch_prefix: string | null;
  workspace: string;
  findings: Finding[];
}

/** Checks everything that a run needs. Works even if everything is broken: the answer says what is wrong. */
export async function checkSetup(context: Context): Promise<Setup> {
  const { workspace, backend, lakebase } = context;
  const [driven, git, writable] = await Promise.all([
    checkLakebase(context),
    checkGit(workspace),
    checkWorkspace(workspace),
  ]);
  const [leftovers, records] = await Promise.all([
    checkLeftovers(workspace, driven.branches),
    checkRecords(workspace),
  ]);
  const { command, project, profile = null } = lakebase.settings;
  return {
    ...{ backend, command: command.join(" "), project, profile, workspace },
    default_branch: driven.default_branch,
    branch_prefix: context.branch_prefix ?? null,
    findings: [...driven.findings, ...checkPrefix(context), git, writable, leftovers, ...records],
  };
}

/** Whether experiments can be run. Warnings do not prevent it. */
export function isUsable({ findings }: Setup): boolean {
  return findings.every(({ state }) => state === "ok" || state === "warning");
}
