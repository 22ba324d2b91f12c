import { describeAuthentication } from "../../src/lakebase/identity.ts";
import type { Lakebase } from "../../src/lakebase/lakebase.ts";
import { messageOf } from "../../src/utils/core-error.ts";

/** The workspace to test on: LAKEBASE_TEST_HOST, else the profile's. Or why there is none. */
export async function resolveTestHost(
  lakebase: Lakebase,
  env: NodeJS.ProcessEnv,
): Promise<{ host: string } | { missing: string }> {
  const named = env.LAKEBASE_TEST_HOST ?? "";
  if (named !== "") return { host: named };
  try {
    const { host } = await describeAuthentication(lakebase);
    return host === null ? { missing: "neither LAKEBASE_TEST_HOST nor the profile names a host" } : { host };
  } catch (error) {
    return { missing: messageOf(error) };
  }
}
