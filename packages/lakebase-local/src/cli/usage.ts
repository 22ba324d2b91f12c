import { type Command, commands, type Flag } from "../commands.ts";

const descriptions: Record<string, string> = {
  "database-id": "id of the new database; generated if omitted",
  "expire-time": "when the credential expires, such as 2026-08-21T13:00:00Z",
  "generate-skeleton": "print the JSON that --json takes, with every field empty, and exit",
  "generate-skeleton-full": "the same as --generate-skeleton",
  "generate-skeleton-required-only": "print only the fields that --json must have, and exit",
  help: "show this help",
  json: "the resource as JSON, or @path/to/file.json",
  limit: "maximum number of results; 0 for all",
  name: "ignored (output only)",
  "no-expiry": "create a branch that never expires",
  "no-wait": "return the operation without waiting for it",
  "page-size": "results per request",
  "page-token": "token of the page to start from",
  purge: "delete permanently, without a way to undelete",
  "reassign-owned-to": "role that takes over what this role owns",
  "replace-existing": "update the resource if it already exists",
  "role-id": "id of the new role; generated if omitted",
  "show-deleted": "include deleted resources that can still be undeleted",
  timeout: "how long to wait, such as 90s or 5m; 0 waits indefinitely",
  ttl: "lifetime, such as 3600s",
};

/** The overview of the `postgres` commands. */
export function renderOverview(): string {
  const shown = commands
    .filter(({ isHidden }) => !isHidden)
    .map(({ name }): [string, string] => [`  ${name}`, summarize(name)]);
  return `Usage:
  lakebase-local postgres COMMAND

Commands:
${renderColumns(shown)}
Use 'lakebase-local postgres COMMAND --help' for details.
`;
}

/** How one command is called. */
export function formatUsage({ name, positionals }: Command, flags: Flag[]): string {
  const all: Flag[] = [...flags, { name: "help", kind: "bool" }];
  const rows = all
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .map((flag): [string, string] => [nameFlag(flag), descriptions[flag.name] ?? ""]);
  return `Usage:
  lakebase-local postgres ${[name, ...positionals].join(" ")} [flags]

Flags:
${renderColumns(rows)}
Global Flags:
  -o, --output type      text or json; both print JSON
  -p, --profile string   accepted and ignored
`;
}

/** How the program is called. */
export const programUsage = `lakebase-local: Databricks Lakebase on your machine. PostgreSQL 18 with branches, no account needed.

Getting started:
  lakebase-local postgres create-branch projects/local dev --json '{"spec":{"ttl":"86400s"}}'
  psql "$(lakebase-local url dev)"

Usage:
  lakebase-local postgres COMMAND    the commands of 'databricks postgres'
  lakebase-local current-user me     show the user that credentials are for
  lakebase-local start               start the daemon; other commands do this for you
  lakebase-local status              show what is running, and the settings in force
  lakebase-local env                 print variables that point the 'databricks' command here
  lakebase-local url BRANCH          print a connection URL with a fresh credential
  lakebase-local ca                  print the path of the CA certificate, for clients that verify certificates
  lakebase-local logs [BRANCH]       print the log of the daemon, or of a branch's server
  lakebase-local extensions add DIR  add extensions such as vector from a folder, for all branches
  lakebase-local gc                  purge deleted branches and clean up after crashes
  lakebase-local stop                stop the daemon and all servers; data stays
  lakebase-local reset --yes         delete the state directory and every branch in it
  lakebase-local version             print the version

State is kept in $LAKEBASE_LOCAL_HOME, by default one directory per user. The README lists all settings.
`;

function summarize(name: string): string {
  const [verb = "", ...nouns] = name.split("-");
  const article = verb === "list" ? "" : /^[aeio]/.test(nouns.join()) ? "an " : "a ";
  return `${verb.charAt(0).toUpperCase()}${verb.slice(1)} ${article}${nouns.join(" ")}.`;
}

function nameFlag({ name, kind }: Flag): string {
  const text = `--${name}${kind === "bool" ? "" : ` ${kind === "json" ? "JSON" : kind}`}`;
  return name === "help" ? `  -h, ${text}` : `      ${text}`;
}

function renderColumns(rows: [string, string][]): string {
  const width = Math.max(...rows.map(([left]) => left.length)) + 3;
  return rows.map(([left, right]) => `${left.padEnd(width)}${right}\n`).join("");
}
