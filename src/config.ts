import { realpathSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { LakebaseSettings } from "./lakebase/lakebase.ts";
import { CoreError } from "./utils/core-error.ts";

/** Where the server works and what it drives. Set by arguments, or else by the environment, or else by default. */
export interface Config {
  /** Absolute, with links resolved. */
  workspace: string;
  /** Where worktrees go, overriding any plan. Absolute, or relative to the workspace. */
  worktrees?: string | undefined;
  backend: "local" | "lakebase";
  lakebase: LakebaseSettings;
  /** What the names of this person's branches begin with, as configured. */
  branch_prefix?: string | undefined;
  /** The queue that runs send their suites to, as configured; undefined if they run here. */
  queue_url?: string | undefined;
  /** The command that starts this program again with the same configuration. */
  launch: readonly string[];
}

export interface ConfigFlags {
  workspace?: string | undefined;
  project?: string | undefined;
  profile?: string | undefined;
}

/** The emulator's only project. */
const localProject = "local";

/**
 * Loads the configuration. Without a project, the back end is the local emulator. Variables: LAKEBASE_WORKSPACE,
 * LAKEBASE_WORKTREES, LAKEBASE_PROJECT, DATABRICKS_CONFIG_PROFILE, LAKEBASE_BRANCH_PREFIX, LAKEBASE_QUEUE_URL, and
 * LAKEBASE_CLI, the executable to run instead of `databricks` or the emulator.
 * @param program absolute path of this program, which starts itself again and has the emulator next to it
 * @throws CoreError `no_workspace`
 */
export function loadConfig(flags: ConfigFlags, env: NodeJS.ProcessEnv, program: string): Config {
  const workspace = findWorkspace(flags.workspace ?? env.LAKEBASE_WORKSPACE ?? ".");
  const project = flags.project ?? nonEmpty(env.LAKEBASE_PROJECT);
  const profile = flags.profile ?? nonEmpty(env.DATABRICKS_CONFIG_PROFILE);
  const executable = nonEmpty(env.LAKEBASE_CLI);
  const worktrees = nonEmpty(env.LAKEBASE_WORKTREES);
  const own = {
    ...{ workspace, worktrees },
    branch_prefix: nonEmpty(env.LAKEBASE_BRANCH_PREFIX),
    queue_url: nonEmpty(env.LAKEBASE_QUEUE_URL),
  };
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

/** Clients also pass variables that their user left blank. */
function nonEmpty(value: string | undefined): string | undefined {
  return value?.trim() === "" ? undefined : value;
}
