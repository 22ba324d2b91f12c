import { resolve } from "node:path";
import { execa } from "execa";
import { inject } from "vitest";
import { openLakebase } from "../../src/lakebase/lakebase.ts";

/** The emulator shared by all test files. */
export function localLakebase() {
  return openLakebase({
    command: [process.execPath, resolve("dist/lakebase-local.js")],
    project: "local",
    env: { ...process.env, LAKEBASE_LOCAL_HOME: inject("localHome") },
  });
}

/** Runs its command, as a person would. */
export function runLocal(...args: string[]) {
  return execa(process.execPath, ["dist/lakebase-local.js", ...args], {
    env: { LAKEBASE_LOCAL_HOME: inject("localHome") },
  });
}
