import { z } from "zod";
import { openBudget } from "./budget.ts";
import type { Lakebase } from "./lakebase.ts";
import { askCli } from "./run-cli.ts";

export interface Authentication {
  /** By what the CLI says; its exit status is 0 either way. */
  authenticated: boolean;
  username: string | null;
  host: string | null;
  auth_type: string | null;
  /** Why not, in the CLI's words. */
  error: string | null;
}

interface CallOptions {
  signal?: AbortSignal | undefined;
  timeout_ms?: number | undefined;
}

const described = z.object({
  status: z.string(),
  error: z.string().optional(),
  username: z.string().optional(),
  details: z.object({ host: z.string().optional(), auth_type: z.string().optional() }).optional(),
});

/** Who the CLI is to which workspace. Asked once, without retries. */
export async function describeAuthentication(
  lakebase: Lakebase,
  options?: CallOptions,
): Promise<Authentication> {
  const call = { args: ["auth", "describe"] };
  const answer = await askCli(lakebase, openBudget(lakebase, options), call, described);
  return {
    authenticated: answer.status === "success",
    username: answer.username ?? null,
    host: answer.details?.host ?? null,
    auth_type: answer.details?.auth_type ?? null,
    error: answer.error ?? null,
  };
}

const versionInfo = z.object({ Version: z.string(), ProjectName: z.string().optional() });

/** The CLI's version, `"1.13.0"`. */
export async function readCliVersion(lakebase: Lakebase, options?: CallOptions): Promise<string> {
  const call = { args: ["version"] };
  return (await askCli(lakebase, openBudget(lakebase, options), call, versionInfo)).Version;
}
