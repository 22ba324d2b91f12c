import { realpathSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { LakebaseSettings } from "./lakebase/lakebase.ts";
import { CoreError } from "./utils/core-error.ts";

/** Where the server works and what it drives. Set by arguments, else by the environment, else by default. */
export interface Config {
  /** Absolute, without links. */
  workspace: string;
  /** Where worktrees go, whatever a plan says. Absolute, or relative to the workspace. */
  worktrees?: string | undefined;
  backend: "local" | "lakebase";
  lakebase: LakebaseSettings;
  /** What the names of this person's branches begin with, as given. */
  branch_prefix?: string | undefined;
  /** Starts this program again with this configuration. */
  launch: readonly string[];
}

export interface ConfigFlags {
  workspace?: string | undefined;
  project?: string | undefined;
  profile?: string | undefined;
}

/** The emulator's one project. */
const localProject = "local";

/**
 * With no project configured, the back end is the emulator on this machine.
 * Variables: LAKEBASE_WORKSPACE, LAKEBASE_WORKTREES, LAKEBASE_PROJECT, DATABRICKS_CONFIG_PROFILE,
 * LAKEBASE_BRANCH_PREFIX, and LAKEBASE_CLI, the executable that is driven instead of `databricks` or the emulator.
 * @param program absolute path of the program that runs: it starts itself again, and the emulator lies beside it
 * @throws CoreError `no_workspace`
 */
export function loadConfig(flags: ConfigFlags, env: NodeJS.ProcessEnv, program: string): Config {
  const workspace = findWorkspace(flags.workspace ?? env.LAKEBASE_WORKSPACE ?? ".");
  const project = flags.project ?? nonEmpty(env.LAKEBASE_PROJECT);
  const profile = flags.profile ?? nonEmpty(env.DATABRICKS_CONFIG_PROFILE);
  const executable = nonEmpty(env.LAKEBASE_CLI);
  const worktrees = nonEmpty(env.LAKEBASE_WORKTREES);
  const own = { workspace, worktrees, branch_prefix: nonEmpty(env.LAKEBASE_BRANCH_PREFIX) };
  const self = [process.execPath, program, "--workspace", workspace];
  if (project === undefined) {
    const emulator = join(dirname(program), "lakebase-local.js");
    const command = executable === undefined ? [process.execPath, emulator] : [executable];
    return { ...own, backend: "local", lakebase: { command, project: localProject }, launch: self };
  }
  const launch = [...self, "--project", project, ...(profile === undefined ? [] : ["--profile", profile])];
  const command = [executable ?? "databricks"];
  return { ...own, backend: "lakebase", lakebase: { command, project, profile }, launch };
}

function findWorkspace(path: string): string {
  try {
    return realpathSync(resolve(path));
  } catch (cause) {
    throw new CoreError("no_workspace", `The workspace ${resolve(path)} does not exist.`, {
      hint: "Start the server in the project's main checkout, or set LAKEBASE_WORKSPACE to it.",
      cause,
    });
  }
}

/** Clients pass variables that their user left blank. */
function nonEmpty(value: string | undefined): string | undefined {
  return value?.trim() === "" ? undefined : value;
}
