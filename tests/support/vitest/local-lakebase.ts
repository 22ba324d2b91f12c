import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  export interface ProvidedContext {
    /** The state directory of an emulator shared by all test files; each uses its own names. */
    localHome: string;
  }
}

/**
 * Starts one emulator for the test run, and removes it completely afterwards. All files together use more branches than
 * a project may run at once, so its limit is raised, and branches are suspended soon after their test.
 */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const localHome = await mkdtemp(join(tmpdir(), "lakebase-tests-"));
  runLocal("start", localHome);
  provide("localHome", localHome);
  return async () => {
    runLocal("stop", localHome);
    await rm(localHome, { recursive: true, force: true });
  };
}

function runLocal(verb: "start" | "stop", localHome: string): void {
  const settings = { LAKEBASE_LOCAL_MAX_COMPUTES: "400", LAKEBASE_LOCAL_SUSPEND_SECONDS: "15" };
  const { status, stderr } = spawnSync(process.execPath, ["dist/lakebase-local.js", verb], {
    env: { ...process.env, ...settings, LAKEBASE_LOCAL_HOME: localHome },
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`lakebase-local ${verb} failed: ${stderr}`);
}
