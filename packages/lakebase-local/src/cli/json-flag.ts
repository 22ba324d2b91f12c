import { readFile } from "node:fs/promises";
import type { Command } from "../commands.ts";
import { isObject } from "../fields.ts";
import { getMessage } from "../local-error.ts";

/** The fields that a resource has; those with fields of their own list them. */
interface Fields {
  [name: string]: Fields | true;
}

const sizes: Fields = fields(
  "autoscaling_limit_min_cu autoscaling_limit_max_cu suspend_timeout_duration no_suspension",
);
const common: Fields = fields("name parent uid create_time update_time status");

const known: Record<string, Fields> = {
  project: {
    ...common,
    ...fields("project_id delete_time purge_time"),
    initial_branch_spec: fields("is_protected"),
    initial_endpoint_spec: { ...sizes, group: true },
    spec: {
      ...fields("budget_policy_id custom_tags default_branch display_name enable_pg_native_login"),
      ...fields("history_retention_duration pg_version"),
      default_endpoint_settings: { ...sizes, pg_settings: true },
    },
  },
  branch: {
    ...common,
    branch_id: true,
    spec: fields("expire_time is_protected no_expiry source_branch source_branch_lsn source_branch_time ttl"),
  },
  endpoint: {
    ...common,
    endpoint_id: true,
    spec: { ...sizes, ...fields("disabled endpoint_type group settings") },
  },
  database: { ...common, database_id: true, spec: fields("postgres_database role") },
  role: {
    ...common,
    role_id: true,
    spec: {
      ...fields("auth_method identity_type membership_roles postgres_role"),
      attributes: fields("bypassrls createdb createrole"),
    },
  },
  credential: fields("claims endpoint expire_time ttl"),
};

/**
 * Reads the value of `--json`: JSON, or the file named after an at sign. Fields that the resource does not have
 * are reported on standard error and left out, as the official command does.
 */
export async function readJson(command: Command, text: string): Promise<unknown> {
  const place = text.startsWith("@") ? text.slice(1) : "(inline)";
  const source = text.startsWith("@") ? await readFile(place, "utf8") : text;
  const value = parse(source, place);
  if (command.name === "create-role" && isObject(value) && "role" in value) {
    throw new Error(
      `--json should NOT be wrapped in '{"role": ...}'.\n\nGive the role's own fields: '{"spec": {...}}'`,
    );
  }
  const kind = command.name.split("-").at(-1) ?? "";
  return strip(value, known[kind] ?? {}, [], (path) => {
    const name = path.at(-1) ?? "";
    const above = path.slice(0, -1).join(".");
    process.stderr.write(
      `Warning: unknown field: ${name}\n${above && `  at ${above}\n`}  in ${place}:${position(source, name)}\n\n`,
    );
  });
}

function parse(source: string, place: string): unknown {
  try {
    return JSON.parse(source);
  } catch (error) {
    throw new Error(`error decoding JSON at ${place}: ${getMessage(error)}`);
  }
}

function strip(
  value: unknown,
  allowed: Fields,
  path: string[],
  onUnknown: (path: string[]) => void,
): unknown {
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, item]) => {
      const inner = Object.hasOwn(allowed, name) ? allowed[name] : undefined;
      if (inner === undefined) onUnknown([...path, name]);
      if (inner === undefined) return [];
      return [[name, inner === true ? item : strip(item, inner, [...path, name], onUnknown)]];
    }),
  );
}

/** Line and column of a field's first mention. */
function position(source: string, name: string): string {
  const before = source.slice(0, Math.max(0, source.indexOf(`"${name}"`)) + 1).split("\n");
  return `${before.length}:${(before.at(-1) ?? "").length + 1}`;
}

function fields(names: string): Fields {
  return Object.fromEntries(names.split(" ").map((name) => [name, true]));
}
