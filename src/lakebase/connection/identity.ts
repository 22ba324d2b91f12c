import * as z from "zod";
import { openBudget, retryTransient } from "../cli/budget.ts";
import { hasCode } from "../cli/errors.ts";
import { askCli } from "../cli/run-cli.ts";
import type { Lakebase } from "../lakebase.ts";

export interface Authentication {
  /** As the CLI reports it; its exit status is 0 either way. */
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

/**
 * Asks the CLI which user and workspace it is logged in to. Asked once, without retries. Does not say why a login
 * failed.
 */
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
 * Returns the URL of the workspace, or of the emulator, looked up once per handle. Null if the CLI does not say.
 * Ignores the caller's signal, because others may be waiting for the same answer.
 */
export function readWorkspaceHost(lakebase: Lakebase): Promise<string | null> {
  const { identity } = lakebase;
  identity.host ??= askHost(lakebase).catch((error: unknown) => {
    identity.host = null;
    throw error;
  });
  return identity.host;
}

async function askHost(lakebase: Lakebase): Promise<string | null> {
  try {
    return (await retryTransient(openBudget(lakebase), () => describeAuthentication(lakebase))).host;
  } catch (error) {
    // A CLI without the command does not say; one that was killed has not said it yet.
    if (hasCode(error, "cli_too_old")) return null;
    throw error;
  }
}

const versionInfo = z.object({ Version: z.string(), ProjectName: z.string().optional() });

/** Reads the CLI's name and version, such as `cli` and `1.13.0`. */
export async function readCliVersion(
  lakebase: Lakebase,
  options?: CallOptions,
): Promise<{ name: string; version: string }> {
  const call = { args: ["version"] };
  const { Version, ProjectName } = await askCli(lakebase, openBudget(lakebase, options), call, versionInfo);
  return { name: ProjectName ?? "cli", version: Version };
}
