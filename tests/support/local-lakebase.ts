import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  export interface ProvidedContext {
    /** The state directory of a stand-in that all test files share; each uses names of its own. */
    localHome: string;
  }
}

/** Gives the test run one stand-in, started by its first use, and leaves nothing of it behind. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const localHome = await mkdtemp(join(tmpdir(), "lakebase-tests-"));
  provide("localHome", localHome);
  return async () => {
    const env = { ...process.env, LAKEBASE_LOCAL_HOME: localHome };
    const { status, stderr } = spawnSync(process.execPath, ["dist/lakebase-local.js", "stop"], {
      env,
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`lakebase-local stop failed: ${stderr}`);
    await rm(localHome, { recursive: true, force: true });
  };
}
