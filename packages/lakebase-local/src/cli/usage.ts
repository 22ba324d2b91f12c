import { type Command, commands, type Flag } from "../commands.ts";

const descriptions: Record<string, string> = {
  "database-id": "id of the new database; made up when not given",
  "expire-time": "when the credential expires, such as 2026-08-21T13:00:00Z",
  help: "this text",
  json: "the resource as JSON, or @path/to/file.json",
  limit: "show at most so many results; 0 shows all",
  name: "output only, ignored",
  "no-wait": "print the operation at once",
  "page-size": "results per request",
  "page-token": "where to go on",
  purge: "delete for good: no undelete",
  "reassign-owned-to": "the role that gets what this one owns",
  "replace-existing": "change the resource if it is there already",
  "role-id": "id of the new role; made up when not given",
  "show-deleted": "also show what can still be undeleted",
  timeout: "how long to wait, such as 90s or 5m; 0 waits for ever",
  ttl: "how long the credential lives, such as 600s",
};

/** The overview of the `postgres` commands. */
export function overview(): string {
  const shown = commands
    .filter(({ isHidden }) => !isHidden)
    .map(({ name }): [string, string] => [`  ${name}`, summarize(name)]);
  return `Usage:
  lakebase-local postgres COMMAND

Commands:
${columns(shown)}
Use 'lakebase-local postgres COMMAND --help' for more about a command.
`;
}

/** How one command is called. */
export function formatUsage({ name, positionals }: Command, flags: Flag[]): string {
  const all: Flag[] = [...flags, { name: "help", kind: "bool" }];
  const rows = all
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .map((flag): [string, string] => [flagName(flag), descriptions[flag.name] ?? ""]);
  return `Usage:
  lakebase-local postgres ${[name, ...positionals].join(" ")} [flags]

Flags:
${columns(rows)}
Global Flags:
  -o, --output type      text or json; both print JSON
  -p, --profile string   accepted and ignored
`;
}

/** How the program is called. */
export const programUsage = `lakebase-local: Databricks Lakebase on this machine. PostgreSQL 18 with branches, without an account.

To begin:
  lakebase-local postgres create-branch projects/local dev --json '{"spec":{"ttl":"86400s"}}'
  psql "$(lakebase-local url dev)"

Usage:
  lakebase-local postgres COMMAND    the commands of 'databricks postgres'
  lakebase-local current-user me     who you are to it
  lakebase-local start               start the daemon; every command does so by itself
  lakebase-local status              what runs
  lakebase-local env                 variables that point the 'databricks' command at it
  lakebase-local url BRANCH          a connection URL with a fresh credential
  lakebase-local ca                  the file of the certificate authority, for clients that check certificates
  lakebase-local logs [BRANCH]       the log of the daemon, or of a branch's server
  lakebase-local extensions add DIR  add extensions such as vector from a folder, for all branches
  lakebase-local gc                  remove what was deleted or left behind
  lakebase-local stop                stop the daemon and all branches
  lakebase-local reset --yes         remove the state directory with all branches
  lakebase-local version

The state directory is $LAKEBASE_LOCAL_HOME; by default one per user. The README lists further settings.
`;

function summarize(name: string): string {
  const [verb = "", ...nouns] = name.split("-");
  const article = verb === "list" ? "" : /^[aeio]/.test(nouns.join()) ? "an " : "a ";
  return `${verb.charAt(0).toUpperCase()}${verb.slice(1)} ${article}${nouns.join(" ")}.`;
}

function flagName({ name, kind }: Flag): string {
  const text = `--${name}${kind === "bool" ? "" : ` ${name === "json" ? "JSON" : kind}`}`;
  return name === "help" ? `  -h, ${text}` : `      ${text}`;
}

function columns(rows: [string, string][]): string {
  const width = Math.max(...rows.map(([left]) => left.length)) + 3;
  return rows.map(([left, right]) => `${left.padEnd(width)}${right}\n`).join("");
}
