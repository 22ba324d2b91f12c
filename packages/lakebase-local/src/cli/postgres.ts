import { apiBase, type Command, commands, type Flag } from "../commands.ts";
import { readList, readOptionalText, readText } from "../fields.ts";
import type { Home } from "../home.ts";
import { type Arguments, isOn, parseArguments, parseGoDuration, UsageError } from "./arguments.ts";
import { call } from "./client.ts";
import { addExpiry } from "./expiry.ts";
import { readJson } from "./json-flag.ts";
import { waitForOperation } from "./operation.ts";
import { encodePath } from "./paths.ts";
import { render } from "./render.ts";
import { readSkeleton, skeletonFlags } from "./skeleton.ts";
import { formatUsage, renderOverview } from "./usage.ts";

const waitFlags: Flag[] = [
  { name: "no-wait", kind: "bool" },
  { name: "timeout", kind: "duration" },
];
const jsonFlag: Flag = { name: "json", kind: "json" };

/**
 * Runs `postgres SUBCOMMAND …` and returns what it prints.
 * @throws UsageError, CallError
 */
export async function runPostgres(home: Home, words: string[]): Promise<string> {
  const [name, ...rest] = words;
  if (name === undefined || name === "-h" || name === "--help") return renderOverview();
  const command = commands.find((candidate) => candidate.name === name);
  if (!command) {
    throw new UsageError(`unknown command "${name}" for "lakebase-local postgres"`, renderOverview());
  }
  const flags = listFlags(command);
  const usage = formatUsage(command, flags);
  const given = parseArguments(rest, flags, usage);
  if (isOn(given.flags.get("help"))) return usage;
  const skeleton = readSkeleton(command, given);
  if (skeleton) return render(skeleton);
  checkCount(command, given, usage);
  const body = await readBody(command, given);
  if (command.items) return listAll(home, command, given);
  const answer = await call(home, { method: command.method, path: buildPath(command, given), body });
  if (!command.isOperation) return render(answer);
  return followOperation(home, command, given, answer);
}

/** All flags of a command but the global ones. */
function listFlags(command: Command): Flag[] {
  return [
    ...(command.flags ?? []),
    ...(command.takesJson ? [jsonFlag, ...skeletonFlags] : []),
    ...(command.isOperation ? waitFlags : []),
  ];
}

async function followOperation(
  home: Home,
  command: Command,
  given: Arguments,
  answer: unknown,
): Promise<string> {
  const name = readText(answer, "name");
  if (isOn(given.flags.get("no-wait")))
    return render(await call(home, { method: "GET", path: `${apiBase}/${name}` }));
  const timeout = parseGoDuration(given.flags.get("timeout") ?? "0") ?? 0;
  const response = await waitForOperation(home, name, timeout);
  // A deletion and an undeletion have nothing to show.
  const isSilent = command.method === "DELETE" || command.path.endsWith("/undelete");
  return isSilent ? "" : render(response);
}

async function listAll(home: Home, command: Command, given: Arguments): Promise<string> {
  const limit = Number(given.flags.get("limit") ?? 0);
  if (limit < 0) throw new Error(`--limit must be a non-negative integer, got ${limit}`);
  const items: unknown[] = [];
  for (let token = given.flags.get("page-token"); ; ) {
    const flags = new Map(given.flags);
    if (token !== undefined) flags.set("page-token", token);
    const page = await call(home, { method: "GET", path: buildPath(command, { ...given, flags }) });
    items.push(...readList(page, command.items ?? ""));
    const next = readOptionalText(page, "next_page_token");
    if (!next || (limit > 0 && items.length >= limit)) break;
    token = next;
  }
  const shown = limit > 0 ? items.slice(0, limit) : items;
  return shown.length === 0 ? "[\n  \n]\n" : render(shown);
}

/** The request's path: the resource's own, what the command adds to it, and the query. */
function buildPath(command: Command, { positionals, flags }: Arguments): string {
  const values = new Map(command.positionals.map((name, place) => [name, positionals[place]]));
  const query = new URLSearchParams();
  for (const [parameter, source] of Object.entries(command.query ?? {})) {
    const value = values.get(source) ?? flags.get(source);
    if (value !== undefined && value !== "false") query.set(parameter, value);
  }
  const [first] = command.positionals;
  const isResource = first === "PARENT" || first === "NAME";
  const suffix =
    first === "PARENT"
      ? `/${command.path.split("/").at(-1)}`
      : command.path.endsWith("/undelete")
        ? "/undelete"
        : "";
  const path = isResource ? encodePath(positionals[0] ?? "") + suffix : command.path;
  const search = query.toString();
  return `${apiBase}/${path}${search && `?${search}`}`;
}

async function readBody(command: Command, given: Arguments): Promise<unknown> {
  const text = given.flags.get("json");
  if (command.name === "generate-database-credential" && text === undefined)
    return buildCredentialBody(given);
  if (!command.takesJson) return undefined;
  const body = text === undefined ? {} : await readJson(command, text);
  return command.name === "create-branch" ? addExpiry(body, given.flags) : body;
}

function buildCredentialBody({ positionals, flags }: Arguments): object {
  const [ttl, expireTime] = [flags.get("ttl"), flags.get("expire-time")];
  return { endpoint: positionals[0], ...(ttl && { ttl }), ...(expireTime && { expire_time: expireTime }) };
}

function checkCount(command: Command, { positionals, flags }: Arguments, usage: string): void {
  const hasBodyInstead = command.name === "generate-database-credential" && flags.has("json");
  if (hasBodyInstead && positionals.length > 0) {
    throw new Error(
      "when --json flag is specified, no positional arguments are allowed. Provide 'endpoint' in your JSON input",
    );
  }
  const wanted = hasBodyInstead ? 0 : command.positionals.length;
  if (positionals.length !== wanted) {
    throw new UsageError(`accepts ${wanted} arg(s), received ${positionals.length}`, usage);
  }
}
