import { describeAuthentication } from "../../src/lakebase/connection/identity.ts";
import type { Lakebase } from "../../src/lakebase/lakebase.ts";
import { getMessage } from "../../src/utils/core-error.ts";

/** The workspace that the environment names, if it names one. */
export function findNamedHost(env: NodeJS.ProcessEnv): string | undefined {
  return [env.LAKEBASE_TEST_HOST, env.DATABRICKS_HOST].find((host) => (host ?? "") !== "");
}

/**
 * The workspace that the CLI acts on, where somebody named it: LAKEBASE_TEST_HOST or DATABRICKS_HOST, the profile, or
 * the executable. The CLI's own default is nobody's choice. Or why there is none to test on.
 */
export async function resolveTestHost(
  lakebase: Lakebase,
  env: NodeJS.ProcessEnv,
): Promise<{ host: string } | { missing: string }> {
  const named = findNamedHost(env);
  const { profile } = lakebase.settings;
  if (named === undefined && profile === undefined && (env.LAKEBASE_CLI ?? "") === "") {
    return { missing: "no host is named. Set LAKEBASE_TEST_HOST or DATABRICKS_HOST, or pass --profile." };
  }
  try {
    const { host } = await describeAuthentication(lakebase);
    if (host === null) return { missing: "the CLI does not say which host it acts on." };
    if (named === undefined || normalize(host) === normalize(named)) return { host };
    const of = profile === undefined ? "" : ` by the profile ${profile}`;
    return { missing: `${named} is named, but the CLI acts on ${host}${of}.` };
  } catch (error) {
    return { missing: getMessage(error) };
  }
}

/** Hosts are given with and without a scheme and a slash at the end. */
function normalize(host: string): string {
  return host
    .toLowerCase()
    .replace(/^https?:\/\//, "")
    .replace(/\/+$/, "");
}
