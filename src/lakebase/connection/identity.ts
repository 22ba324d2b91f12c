import * as z from "zod";
import { openBudget } from "../cli/budget.ts";
import { askCli } from "../cli/run-cli.ts";
import type { Lakebase } from "../lakebase.ts";

export interface Authentication {
  /** By what the CLI says; its exit status is 0 either way. */
  authenticated: boolean;
  username: string | null;
  host: string | null;
  auth_type: string | null;
}

interface CallOptions {
  signal?: AbortSignal | undefined;
  timeout_ms?: number | undefined;
}

const described = z.object({
  status: z.string(),
  username: z.string().optional(),
  details: z.object({ host: z.string().optional(), auth_type: z.string().optional() }).optional(),
});

/** Who the CLI is to which workspace. Asked once, without retries. Why a login failed it does not tell. */
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
  };
}

/**
 * The URL of the workspace, or of the emulator, asked for once for a handle. Null where the CLI does not tell. Not under
 * a caller's signal: others may wait for the same answer.
 */
export function workspaceHost(lakebase: Lakebase): Promise<string | null> {
  lakebase.host ??= describeAuthentication(lakebase).then(
    ({ host }) => host,
    () => null,
  );
  return lakebase.host;
}

const versionInfo = z.object({ Version: z.string(), ProjectName: z.string().optional() });

/** The CLI's name and version, as `cli` and `1.13.0`. */
export async function readCliVersion(
  lakebase: Lakebase,
  options?: CallOptions,
): Promise<{ name: string; version: string }> {
  const call = { args: ["version"] };
  const { Version, ProjectName } = await askCli(lakebase, openBudget(lakebase, options), call, versionInfo);
  return { name: ProjectName ?? "cli", version: Version };
}
