import type { Finding } from "../../schemas/finding.ts";
import type { Context } from "../context.ts";
import { asBranchName } from "../lakebase/branches/branch-id.ts";
import { findDefaultBranchName, listBranches } from "../lakebase/branches/branches.ts";
import { openBudget } from "../lakebase/cli/budget.ts";
import { currentUser } from "../lakebase/connection/connection.ts";
import { awaitEndpoint } from "../lakebase/connection/endpoint.ts";
import { describeAuthentication, readCliVersion } from "../lakebase/connection/identity.ts";
import { getProject } from "../lakebase/projects.ts";
import type { Branch } from "../lakebase/resources.ts";
import { describeError } from "../utils/describe-error.ts";

export interface DrivenFindings {
  findings: Finding[];
  default_branch: string | null;
  /** Null if they could not be listed. */
  branches: Branch[] | null;
}

type Check = "cli" | "authentication" | "project" | "ttl" | "default_branch" | "endpoint";
const checks: readonly Check[] = ["cli", "authentication", "project", "ttl", "default_branch"];

/**
 * Checks one thing after another, since each depends on the one before; after the first failure, the rest are skipped.
 */
export async function checkLakebase(context: Context): Promise<DrivenFindings> {
  const findings: Finding[] = [];
  const seen: Omit<DrivenFindings, "findings"> = { default_branch: null, branches: null };
  try {
    findings.push(await checkCli(context));
    findings.push(await checkAuthentication(context));
    findings.push(...(await checkProject(context)));
    const branches = await listBranches(context.lakebase, context);
    seen.branches = branches;
    seen.default_branch = findDefaultBranchName(branches);
    findings.push(defaultBranchFinding(seen.default_branch));
    // Clients expect the emulator's endpoints where Lakebase's are.
    if (context.backend === "local" && seen.default_branch !== null)
      findings.push(await checkEndpoint(context, seen.default_branch));
  } catch (error) {
    findings.push(failed(checks[findings.length] ?? "endpoint", error));
  }
  const skipped = checks.slice(findings.length).map((name): Finding => {
    return { name, state: "skipped", detail: `Not checked: ${findings.at(-1)?.name ?? "cli"} failed.` };
  });
  return { findings: [...findings, ...skipped], ...seen };
}

async function checkCli({ lakebase, backend, signal }: Context): Promise<Finding> {
  const { version, name } = await readCliVersion(lakebase, { signal });
  const detail = `${lakebase.settings.command.join(" ")}: ${name} ${version}`;
  if (backend === "local" || !version.startsWith("0.")) return { name: "cli", state: "ok", detail };
  const remedy =
    "Update the databricks CLI to version 1.0 or later: in older versions, environment variables may override the profile.";
  return { name: "cli", state: "warning", detail, remedy };
}

async function checkAuthentication({ lakebase, signal }: Context): Promise<Finding> {
  const { authenticated, username, host } = await describeAuthentication(lakebase, { signal });
  // `auth describe` reports that the login failed; a call that needs the login reports why.
  const user = authenticated && username !== null ? username : await currentUser(lakebase);
  const profile = lakebase.settings.profile ?? "no profile";
  return {
    name: "authentication",
    state: "ok",
    detail: `${user} on ${host ?? "an unnamed host"} (${profile})`,
  };
}

async function checkProject({ lakebase, backend, signal }: Context): Promise<Finding[]> {
  const { project, history_retention_duration } = await getProject(lakebase, { signal });
  const isShared = backend === "local";
  const detail = isShared ? `${project}, for every workspace with the same LAKEBASE_LOCAL_HOME` : project;
  return [
    { name: "project", state: "ok", detail },
    {
      name: "ttl",
      state: "ok",
      detail: `The maximum ttl is not published: at most 2592000s, maybe less. The project keeps history for ${history_retention_duration ?? "an unknown time"}.`,
    },
  ];
}

function defaultBranchFinding(name: string | null): Finding {
  if (name !== null) return { name: "default_branch", state: "ok", detail: name };
  const remedy = "Set parent_branch in plan.json.";
  return { name: "default_branch", state: "warning", detail: "No branch is marked as default.", remedy };
}

/** Reports the port, since some clients, including `databricks psql`, insist on the usual one. */
async function checkEndpoint({ lakebase, signal }: Context, branch: string): Promise<Finding> {
  const { host } = await awaitEndpoint(lakebase, asBranchName(branch), openBudget(lakebase, { signal }));
  const detail = host.includes(":")
    ? `The default branch is at ${host}: clients that insist on port 5432, such as databricks psql, cannot connect.`
    : `The default branch is at ${host}, port 5432. Every other branch has its own address.`;
  return { name: "endpoint", state: "ok", detail };
}

function failed(name: Check, error: unknown): Finding {
  const { message, hint } = describeError(error);
  return { name, state: "failed", detail: message, remedy: hint };
}
