import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { CoreError } from "./core-error.ts";
import type { LakebaseSettings } from "./lakebase/lakebase.ts";

/** Where the server works and what it drives. Set by arguments, else by the environment, else by default. */
export interface Config {
  /** Absolute, without links. */
  workspace: string;
  backend: "local" | "lakebase";
  lakebase: LakebaseSettings;
  /** Starts this program again with this configuration. */
  launch: readonly string[];
}

export interface ConfigFlags {
  workspace?: string | undefined;
  project?: string | undefined;
  profile?: string | undefined;
}

/** The stand-in's one project. */
const localProject = "local";

/**
 * With no project configured, the back end is the stand-in on this machine.
 * Variables: LAKEBASE_WORKSPACE, LAKEBASE_PROJECT, DATABRICKS_CONFIG_PROFILE, and LAKEBASE_CLI, the executable that is
 * driven instead of `databricks` or the stand-in.
 * @throws CoreError `no_workspace`
 */
export function loadConfig(flags: ConfigFlags, env: NodeJS.ProcessEnv): Config {
  const workspace = findWorkspace(flags.workspace ?? env.LAKEBASE_WORKSPACE ?? ".");
  const project = flags.project ?? nonEmpty(env.LAKEBASE_PROJECT);
  const profile = flags.profile ?? nonEmpty(env.DATABRICKS_CONFIG_PROFILE);
  const executable = nonEmpty(env.LAKEBASE_CLI);
  const self = [process.execPath, fileURLToPath(import.meta.url), "--workspace", workspace];
  if (project === undefined) {
    const command = executable === undefined ? [process.execPath, localProgram()] : [executable];
    return { workspace, backend: "local", lakebase: { command, project: localProject }, launch: self };
  }
  const launch = [...self, "--project", project, ...(profile === undefined ? [] : ["--profile", profile])];
  const command = [executable ?? "databricks"];
  return { workspace, backend: "lakebase", lakebase: { command, project, profile }, launch };
}

/** Beside this program, once it is built. */
function localProgram(): string {
  return fileURLToPath(new URL("./lakebase-local.js", import.meta.url));
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
