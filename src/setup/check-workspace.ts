import { access, constants } from "node:fs/promises";
import type { Finding } from "../../schemas/finding.ts";
import { stateDirectory } from "../experiments/layout.ts";
import { readTreeState } from "../git/commit.ts";
import { findRepositoryFault } from "../git/repository.ts";
import { readGitVersion } from "../git/version.ts";
import { getMessage } from "../utils/core-error.ts";
import { isMissing } from "../utils/files/files.ts";

export async function checkGit(workspace: string): Promise<Finding> {
  const name = "git";
  const version = await readGitVersion();
  if (version === undefined) {
    const remedy = "Install git: evidence is tied to commits, and worktrees keep experiments apart.";
    return { name, state: "failed", detail: "git could not be started.", remedy };
  }
  const { commit } = await readTreeState(workspace);
  const fault = commit === null ? await findRepositoryFault(workspace) : undefined;
  if (fault !== undefined) return { name, state: "failed", detail: fault.message, remedy: fault.hint };
  if (commit === null) {
    const remedy = "git init, then commit: evidence is tied to commits.";
    return {
      name,
      state: "warning",
      detail: `${workspace} is not in a repository that has a commit.`,
      remedy,
    };
  }
  return { name, state: "ok", detail: `${version}, at ${commit.slice(0, 12)}` };
}

export async function checkWorkspace(workspace: string): Promise<Finding> {
  const name = "workspace";
  const records = stateDirectory(workspace);
  try {
    await access(workspace, constants.W_OK | constants.X_OK);
    await access(records, constants.W_OK | constants.X_OK).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
    });
    return { name, state: "ok", detail: workspace };
  } catch (error) {
    const remedy = `Start the server as a user who may write to ${records}, or set LAKEBASE_WORKSPACE to another checkout.`;
    return { name, state: "failed", detail: `The workspace is not writable: ${getMessage(error)}`, remedy };
  }
}
