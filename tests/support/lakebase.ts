import { resolve } from "node:path";
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
