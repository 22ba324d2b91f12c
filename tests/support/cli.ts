import { execa } from "execa";
import { inject } from "vitest";

/** Starts the built command line on a workspace. */
export function startCli(workspace: string, args: string[], env: Record<string, string> = {}) {
  return execa(process.execPath, ["dist/main.js", "--workspace", workspace, ...args], {
    env: { LAKEBASE_LOCAL_HOME: inject("localHome"), ...env },
    reject: false,
    timeout: 300_000,
    stdin: "ignore",
  });
}
