import { type Command, commands, type Flag } from "../commands.ts";

/** The overview of the `postgres` commands. */
export function overview(): string {
  const shown = commands.filter(({ isHidden }) => !isHidden);
  return `Usage:\n  lakebase-local postgres COMMAND\n\nCommands:\n${shown.map((command) => `  ${line(command)}\n`).join("")}`;
}

/** How one command is called. */
export function usageOf(command: Command, flags: Flag[]): string {
  const list = flags.map(({ name, kind }) => `  --${name}${kind === "bool" ? "" : ` ${kind}`}\n`).join("");
  return `Usage:\n  lakebase-local postgres ${line(command)} [flags]\n\nFlags:\n${list}\nGlobal flags:\n  -o, --output json|text\n  -p, --profile string\n`;
}

/** How the program is called. */
export const programUsage = `lakebase-local: a Lakebase on this machine, on real Postgres.

Usage:
  lakebase-local postgres COMMAND    the commands of 'databricks postgres'
  lakebase-local current-user me     who you are to it
  lakebase-local start               start the daemon; every command does so by itself
  lakebase-local status              what runs
  lakebase-local env                 variables that point the 'databricks' command at it
  lakebase-local logs [BRANCH_UID]   the log of the daemon, or of a branch's server
  lakebase-local gc                  remove what was deleted or left behind
  lakebase-local stop                stop the daemon and all branches
  lakebase-local reset --yes         remove the state directory with all branches
  lakebase-local version

The state directory is $LAKEBASE_LOCAL_HOME; by default one per user.
`;

function line({ name, positionals }: Command): string {
  return [name, ...positionals].join(" ");
}
