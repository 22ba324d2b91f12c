/** One `postgres` command: how it is called, which request it makes, what it prints. */
export interface Command {
  name: CommandName;
  /** Positional arguments, in order. The first names the resource that the path starts with, if there is one. */
  positionals: string[];
  method: "GET" | "POST" | "PATCH" | "DELETE";
  /** The path below the API's base; a star is one id. */
  path: string;
  /** Query parameters by the positional or flag that gives their value. */
  query?: Record<string, string>;
  flags?: Flag[];
  /** Whether the request has a body, given by `--json`. */
  takesJson?: boolean;
  /** Whether the answer is an operation that the command waits for. */
  isOperation?: boolean;
  /** The field of a list's answer that holds its items. */
  items?: string;
  /** Not shown in the overview. */
  isHidden?: boolean;
}

export interface Flag {
  name: string;
  kind: "bool" | "string" | "int" | "duration" | "json" | "output";
}

export type CommandName =
  | "create-project"
  | "get-project"
  | "list-projects"
  | "update-project"
  | "delete-project"
  | "undelete-project"
  | "create-branch"
  | "get-branch"
  | "list-branches"
  | "update-branch"
  | "delete-branch"
  | "undelete-branch"
  | "create-endpoint"
  | "get-endpoint"
  | "list-endpoints"
  | "update-endpoint"
  | "delete-endpoint"
  | "create-database"
  | "get-database"
  | "list-databases"
  | "update-database"
  | "delete-database"
  | "create-role"
  | "get-role"
  | "list-roles"
  | "update-role"
  | "delete-role"
  | "generate-database-credential"
  | "get-operation";

/** The API's base path. */
export const apiBase = "/api/2.0/postgres";

const project = "projects/*";
const branch = `${project}/branches/*`;
const endpoint = `${branch}/endpoints/*`;
const database = `${branch}/databases/*`;
const role = `${branch}/roles/*`;

const name: Flag = { name: "name", kind: "string" };
const replace: Flag = { name: "replace-existing", kind: "bool" };
const purge: Flag = { name: "purge", kind: "bool" };
const paging: Flag[] = [
  { name: "limit", kind: "int" },
  { name: "page-size", kind: "int" },
  { name: "page-token", kind: "string" },
];
const showDeleted: Flag = { name: "show-deleted", kind: "bool" };
const pagingQuery = { page_size: "page-size", page_token: "page-token" };
const change = { takesJson: true, isOperation: true } as const;

/** Every command, once: the command line is parsed, and the daemon's requests are routed, by this table. */
export const commands: Command[] = [
  {
    name: "create-project",
    positionals: ["PROJECT_ID"],
    method: "POST",
    path: "projects",
    query: { project_id: "PROJECT_ID" },
    flags: [name],
    ...change,
  },
  { name: "get-project", positionals: ["NAME"], method: "GET", path: project },
  {
    name: "list-projects",
    positionals: [],
    method: "GET",
    path: "projects",
    query: { ...pagingQuery, show_deleted: "show-deleted" },
    flags: [...paging, showDeleted],
    items: "projects",
  },
  update("update-project", project),
  remove("delete-project", project, [purge], { purge: "purge" }),
  undelete("undelete-project", project),

  {
    name: "create-branch",
    positionals: ["PARENT", "BRANCH_ID"],
    method: "POST",
    path: `${project}/branches`,
    query: { branch_id: "BRANCH_ID", replace_existing: "replace-existing" },
    flags: [name, replace, { name: "ttl", kind: "string" }, { name: "no-expiry", kind: "bool" }],
    ...change,
  },
  { name: "get-branch", positionals: ["NAME"], method: "GET", path: branch },
  {
    name: "list-branches",
    positionals: ["PARENT"],
    method: "GET",
    path: `${project}/branches`,
    query: { ...pagingQuery, show_deleted: "show-deleted" },
    flags: [...paging, showDeleted],
    items: "branches",
  },
  update("update-branch", branch),
  remove("delete-branch", branch, [purge], { purge: "purge" }),
  { ...undelete("undelete-branch", branch), isHidden: true },

  {
    name: "create-endpoint",
    positionals: ["PARENT", "ENDPOINT_ID"],
    method: "POST",
    path: `${branch}/endpoints`,
    query: { endpoint_id: "ENDPOINT_ID", replace_existing: "replace-existing" },
    flags: [name, replace],
    ...change,
  },
  { name: "get-endpoint", positionals: ["NAME"], method: "GET", path: endpoint },
  list("list-endpoints", "endpoints"),
  update("update-endpoint", endpoint),
  remove("delete-endpoint", endpoint),

  create("create-database", "database"),
  { name: "get-database", positionals: ["NAME"], method: "GET", path: database },
  list("list-databases", "databases"),
  update("update-database", database),
  remove("delete-database", database),

  create("create-role", "role"),
  { name: "get-role", positionals: ["NAME"], method: "GET", path: role },
  list("list-roles", "roles"),
  update("update-role", role),
  remove("delete-role", role, [{ name: "reassign-owned-to", kind: "string" }], {
    reassign_owned_to: "reassign-owned-to",
  }),

  {
    name: "generate-database-credential",
    positionals: ["ENDPOINT"],
    method: "POST",
    path: "credentials",
    flags: [
      { name: "expire-time", kind: "string" },
      { name: "ttl", kind: "string" },
    ],
    takesJson: true,
  },
  { name: "get-operation", positionals: ["NAME"], method: "GET", path: "**/operations/*" },
];

function create(command: CommandName, kind: "database" | "role"): Command {
  return {
    name: command,
    positionals: ["PARENT"],
    method: "POST",
    path: `${branch}/${kind}s`,
    query: { [`${kind}_id`]: `${kind}-id`, replace_existing: "replace-existing" },
    flags: [{ name: `${kind}-id`, kind: "string" }, name, replace],
    ...change,
  };
}

function list(command: CommandName, items: string): Command {
  return {
    name: command,
    positionals: ["PARENT"],
    method: "GET",
    path: `${branch}/${items}`,
    query: pagingQuery,
    flags: paging,
    items,
  };
}

function update(command: CommandName, path: string): Command {
  return {
    name: command,
    positionals: ["NAME", "UPDATE_MASK"],
    method: "PATCH",
    path,
    query: { update_mask: "UPDATE_MASK" },
    flags: [name],
    ...change,
  };
}

function remove(
  command: CommandName,
  path: string,
  flags: Flag[] = [],
  query: Record<string, string> = {},
): Command {
  return { name: command, positionals: ["NAME"], method: "DELETE", path, query, flags, isOperation: true };
}

function undelete(command: CommandName, path: string): Command {
  return {
    name: command,
    positionals: ["NAME"],
    method: "POST",
    path: `${path}/undelete`,
    isOperation: true,
  };
}
