import * as z from "zod";
import { type Lakebase, openLakebase } from "../../src/lakebase/lakebase.ts";

/** What the live tests run against, as `npm run test:live` hands it to them. */
export const targetVariables = [
  "LAKEBASE_TEST_CLI",
  "LAKEBASE_TEST_HOST",
  "LAKEBASE_TEST_PROJECT",
  "LAKEBASE_TEST_DEFAULT_BRANCH",
] as const;

/** Why there is nothing to run against, or null. */
export function missingTarget(env: NodeJS.ProcessEnv): string | null {
  const missing = targetVariables.filter((name) => (env[name] ?? "") === "");
  if (missing.length === 0) return null;
  return `${missing.join(", ")} not set: npm run test:live sets them`;
}

/** The project under test. Only called where nothing is missing. */
export function openTarget(env: NodeJS.ProcessEnv): Lakebase {
  const { LAKEBASE_TEST_CLI, LAKEBASE_TEST_PROJECT = "", LAKEBASE_TEST_PROFILE } = env;
  const command = z.array(z.string()).parse(JSON.parse(LAKEBASE_TEST_CLI ?? "[]"));
  return openLakebase({
    command,
    project: LAKEBASE_TEST_PROJECT,
    ...(LAKEBASE_TEST_PROFILE === undefined ? {} : { profile: LAKEBASE_TEST_PROFILE }),
  });
}
