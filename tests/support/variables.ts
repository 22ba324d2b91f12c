import { asBranchName } from "../../src/lakebase/branches/branch-id.ts";
import { buildCommandEnvironment } from "../../src/runs/command/environment.ts";

/** The names of the variables that every command of a plan gets, in addition to inherited ones. */
export function variableNames(): string[] {
  const login = { user: "u", password: "p", database: "d", api_host: null, expires_at: "" };
  const connection = { ...login, endpoint: "e", host: "h", port: 1, sslmode: "disable" as const };
  const experiment = { workspace: "/w", feature_id: "F", experiment_slug: "e", branch: asBranchName("b") };
  // A suite also gets variables that are for its runner, not for the project.
  const facts = { experiment, cycleId: "C1", tag: "setup", artifactsDirectory: "/a", ports: [1, 2] };
  const names = Object.entries(buildCommandEnvironment(connection, facts));
  return names.filter(([name, value]) => process.env[name] !== value).map(([name]) => name);
}
