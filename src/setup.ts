import { access, constants } from "node:fs/promises";
import type { Context } from "./context.ts";
import { describeError } from "./core-error.ts";
import { getDefaultBranchName } from "./lakebase/branches.ts";

/** Something that is wrong, and how to mend it. */
export interface SetupProblem {
  code: string;
  message: string;
  hint: string;
}

export interface Setup {
  /** What is driven: the stand-in on this machine, or a Lakebase project. */
  backend: "local" | "lakebase";
  command: string;
  project: string;
  profile: string | null;
  default_branch: string | null;
  workspace: string;
  problems: SetupProblem[];
}

/** Looks at everything that a race needs. Works with everything broken: what is wrong is in the answer. */
export async function checkSetup({ workspace, backend, lakebase, signal }: Context): Promise<Setup> {
  const problems: SetupProblem[] = [];
  const note = (error: unknown) => {
    const { code, message, hint } = describeError(error);
    problems.push({ code, message, hint });
    return null;
  };
  const [default_branch] = await Promise.all([
    getDefaultBranchName(lakebase, { signal }).catch(note),
    access(workspace, constants.W_OK).catch(() =>
      problems.push({
        code: "workspace_not_writable",
        message: `The workspace ${workspace} cannot be written.`,
        hint: "Start the server as a user who may write there, or set LAKEBASE_WORKSPACE to another checkout.",
      }),
    ),
  ]);
  const { command, project, profile = null } = lakebase.settings;
  return { backend, command: command.join(" "), project, profile, default_branch, workspace, problems };
}
