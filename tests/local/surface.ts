/** One command in a row of them on a fresh machine, and what must come of it. */
export interface Step {
  words: string[];
  /** Exit code; 0 when not given. */
  code?: number;
  /** What standard output holds when read as JSON; "" for nothing at all. */
  prints?: unknown;
  /** A part of standard error. */
  says?: string;
  /** Why the official command differs here, where it may. */
  differs?: string;
}

/** Stands for any text in what a step prints, such as a time or a token. */
export const anyText = Symbol("any text");

const project = "projects/local";
const production = `${project}/branches/production`;

const spec = (fields: object) => ["--json", JSON.stringify({ spec: fields })];

/** Every command of `postgres`, and each rule that refuses one. */
export const steps: Step[] = [
  // Projects
  {
    words: ["get-project", project],
    prints: { name: project, status: { default_branch: production, pg_version: 18 } },
  },
  { words: ["list-projects"], prints: [{ project_id: "local" }] },
  { words: ["get-project", "projects/nope"], code: 1, says: "project id not found [TraceId: " },
  { words: ["create-project", "Shop"], code: 1, says: "Field project_id must match pattern" },
  {
    words: ["create-project", "local"],
    code: 1,
    says: "project with such id already exists in the workspace",
  },
  { words: ["create-project", "shop", ...spec({ pg_version: 9 })], code: 1, says: "pg_version' must be 18" },
  {
    words: [
      "create-project",
      "shop",
      ...spec({ display_name: "Shop", history_retention_duration: "172800s" }),
    ],
    prints: {
      name: "projects/shop",
      status: { display_name: "Shop", history_retention_duration: "172800s" },
    },
  },
  { words: ["list-projects", "--limit", "1"], prints: [{ project_id: "local" }] },
  { words: ["list-projects", "--page-size", "1"], prints: [{ project_id: "local" }, { project_id: "shop" }] },
  {
    words: ["update-project", "projects/shop", "spec.display_name", ...spec({ display_name: "The shop" })],
    prints: { status: { display_name: "The shop", history_retention_duration: "172800s" } },
  },
  {
    words: [
      "update-project",
      "projects/shop",
      "spec.history_retention_duration",
      ...spec({ history_retention_duration: "60s" }),
    ],
    code: 1,
    says: "must be between 172800s and 3024000s",
  },
  { words: ["delete-project", "projects/shop"], prints: "" },
  { words: ["get-project", "projects/shop"], code: 1, says: "project id not found" },
  { words: ["list-projects", "--show-deleted"], prints: [{}, { project_id: "shop", delete_time: anyText }] },
  { words: ["undelete-project", "projects/shop"], prints: "" },
  { words: ["get-project", "projects/shop"], prints: { project_id: "shop" } },
  { words: ["delete-project", "projects/shop", "--purge"], prints: "" },
  { words: ["undelete-project", "projects/shop"], code: 1, says: "project id not found" },

  // Branches
  { words: ["create-branch", project, "dev"], code: 1, says: "No expiration is given" },
  {
    words: ["create-branch", project, "Dev", ...spec({ no_expiry: true })],
    code: 1,
    says: "Field branch_id must match pattern",
  },
  { words: ["create-branch", project, "dev-", ...spec({ no_expiry: true })], code: 1, says: "got 'dev-'" },
  { words: ["create-branch", project, "dev", ...spec({ no_expiry: false })], code: 1, says: "no_expiry" },
  {
    words: ["create-branch", project, "dev", ...spec({ no_expiry: true, ttl: "60s" })],
    code: 1,
    says: "mutually exclusive",
  },
  {
    words: ["create-branch", project, "dev", ...spec({ ttl: "720h" })],
    code: 1,
    says: "",
    differs: "the official command reads durations itself, with another text",
  },
  {
    words: ["create-branch", project, "dev", ...spec({ ttl: "2678400s" })],
    code: 1,
    says: "expiration time exceeds the maximum expiration time [TraceId: ",
  },
  {
    words: ["create-branch", project, "dev", ...spec({ expire_time: "2020-01-01T00:00:00Z" })],
    code: 1,
    says: "must be in the future",
  },
  {
    words: [
      "create-branch",
      project,
      "dev",
      ...spec({ no_expiry: true, source_branch: `${project}/branches/nope` }),
    ],
    code: 1,
    says: "branch id not found",
  },
  {
    words: ["create-branch", "projects/nope", "dev", ...spec({ no_expiry: true })],
    code: 1,
    says: "project id not found",
  },
  {
    words: ["create-branch", "nope", "dev", ...spec({ no_expiry: true })],
    code: 1,
    says: "resource not found",
  },
  {
    words: ["create-branch", project, "dev", ...spec({ tll: "60s" })],
    code: 1,
    says: "Warning: unknown field: tll\n  at spec\n  in (inline):1:11\n",
  },
  {
    words: ["create-branch", project, "dev", ...spec({ no_expiry: true }), "-o", "json", "--timeout", "2m"],
    prints: {
      branch_id: "dev",
      status: { current_state: "READY", source_branch: production, default: false },
    },
  },
  {
    words: ["create-branch", project, "dev", ...spec({ no_expiry: true })],
    code: 1,
    says: "branch with such id already exists",
  },
  {
    words: ["create-branch", project, "dev", ...spec({ no_expiry: true }), "--replace-existing"],
    prints: { branch_id: "dev" },
  },
  {
    words: ["get-branch", `${project}/branches/dev`],
    prints: { name: `${project}/branches/dev`, parent: project },
  },
  {
    words: ["get-branch", `${project}/branches/br-broad-sky-d2k5gewt`],
    code: 1,
    says: "branch id not found",
  },
  { words: ["list-branches", project], prints: [{ branch_id: "production" }, { branch_id: "dev" }] },
  {
    words: ["list-branches", project, "--page-size", "1"],
    prints: [{ branch_id: "production" }, { branch_id: "dev" }],
  },
  { words: ["list-branches", project, "--limit", "-1"], code: 1, says: "limit" },
  {
    words: [
      "create-branch",
      project,
      "leaf",
      ...spec({ ttl: "3600s", source_branch: `${project}/branches/dev` }),
    ],
    prints: { status: { source_branch: `${project}/branches/dev` } },
  },
  {
    words: [
      "create-branch",
      project,
      "twig",
      ...spec({ ttl: "60s", source_branch: `${project}/branches/leaf` }),
    ],
    code: 1,
    says: "Branches with an expiration date cannot have child branches",
  },
  {
    words: ["update-branch", `${project}/branches/leaf`, "spec.expiration", ...spec({ ttl: "7200s" })],
    prints: { branch_id: "leaf" },
  },
  {
    words: ["update-branch", `${project}/branches/leaf`, "spec.ttl", ...spec({ ttl: "7200s" })],
    code: 1,
    says: "spec.ttl",
  },
  {
    words: ["update-branch", `${project}/branches/dev`, "spec.expiration", ...spec({ ttl: "60s" })],
    code: 1,
    says: "child branches",
  },
  {
    words: ["update-branch", production, "spec.expiration", ...spec({ ttl: "60s" })],
    code: 1,
    says: "default branch",
  },
  { words: ["delete-branch", `${project}/branches/dev`], code: 1, says: "it has child branches (leaf)" },
  { words: ["delete-branch", production], code: 1, says: `Cannot delete root branch '${production}'.` },
  {
    words: ["update-branch", `${project}/branches/dev`, "spec.is_protected", ...spec({ is_protected: true })],
    prints: { status: { is_protected: true } },
  },
  { words: ["delete-branch", `${project}/branches/dev`], code: 1, says: "cannot delete protected branch" },
  {
    words: [
      "update-branch",
      `${project}/branches/leaf`,
      "spec",
      ...spec({ is_protected: true, no_expiry: true }),
    ],
    code: 1,
    says: "protected branches limit",
  },
  { words: ["delete-project", project], code: 1, says: "protected" },
  {
    words: [
      "update-branch",
      `${project}/branches/dev`,
      "spec.is_protected",
      ...spec({ is_protected: false }),
    ],
    prints: { status: { is_protected: false } },
  },
  {
    words: [
      "update-project",
      project,
      "spec.default_branch",
      ...spec({ default_branch: `${project}/branches/dev` }),
    ],
    prints: { status: { default_branch: `${project}/branches/dev` } },
  },
  { words: ["delete-branch", `${project}/branches/leaf`], prints: "" },
  { words: ["delete-branch", `${project}/branches/dev`], code: 1, says: "default branch" },
  {
    words: ["update-project", project, "spec.default_branch", ...spec({ default_branch: production })],
    prints: { name: project },
  },
  { words: ["get-branch", `${project}/branches/leaf`], code: 1, says: "branch id not found" },
  {
    words: ["list-branches", project, "--show-deleted"],
    prints: [
      { branch_id: "production" },
      { branch_id: "dev" },
      { status: { current_state: "DELETED", purge_time: anyText } },
    ],
  },
  { words: ["undelete-branch", `${project}/branches/leaf`], prints: "" },
  {
    words: ["undelete-branch", `${project}/branches/leaf`],
    code: 1,
    says: "branch with such id already exists",
  },
  { words: ["delete-branch", `${project}/branches/leaf`, "--purge"], prints: "" },
  { words: ["undelete-branch", `${project}/branches/leaf`], code: 1, says: "branch id not found" },
  {
    words: ["create-branch", project, "old", ...spec({ no_expiry: true, source_branch_lsn: "0/1" })],
    code: 1,
    says: "keeps no WAL history",
  },
  {
    words: [
      "create-branch",
      project,
      "old",
      ...spec({ no_expiry: true, source_branch_time: "2020-01-01T00:00:00Z" }),
    ],
    code: 1,
    says: "before the retained history",
  },

  // Endpoints
  {
    words: ["list-endpoints", production],
    prints: [
      { endpoint_id: "primary", status: { endpoint_type: "ENDPOINT_TYPE_READ_WRITE", disabled: false } },
    ],
  },
  { words: ["get-endpoint", `${production}/endpoints/nope`], code: 1, says: "endpoint id not found" },
  { words: ["create-endpoint", production, "reader"], code: 1, says: "endpoint_type' is required" },
  {
    words: ["create-endpoint", production, "second", ...spec({ endpoint_type: "ENDPOINT_TYPE_READ_WRITE" })],
    code: 1,
    says: "read_write endpoint already exists",
  },
  {
    words: [
      "create-endpoint",
      production,
      "reader",
      ...spec({ endpoint_type: "ENDPOINT_TYPE_READ_ONLY", autoscaling_limit_max_cu: 4 }),
    ],
    prints: { endpoint_id: "reader", status: { autoscaling_limit_max_cu: 4 } },
  },
  { words: ["create-endpoint", production, "reader"], code: 1, says: "endpoint with such id already exists" },
  {
    words: [
      "update-endpoint",
      `${production}/endpoints/reader`,
      "spec.suspension",
      ...spec({ suspend_timeout_duration: "120s" }),
    ],
    prints: { status: { suspend_timeout_duration: "120s", autoscaling_limit_max_cu: 4 } },
  },
  {
    words: [
      "update-endpoint",
      `${production}/endpoints/reader`,
      "spec.suspension",
      ...spec({ suspend_timeout_duration: "10s" }),
    ],
    code: 1,
    says: "between 60s and 604800s",
  },
  {
    words: [
      "update-endpoint",
      `${production}/endpoints/reader`,
      "spec.autoscaling_limit_max_cu",
      ...spec({ autoscaling_limit_max_cu: 65 }),
    ],
    code: 1,
    says: "at most 64",
  },
  {
    words: ["delete-endpoint", `${production}/endpoints/primary`],
    code: 1,
    says: "Cannot delete read-write endpoint",
  },
  { words: ["delete-endpoint", `${production}/endpoints/reader`], prints: "" },
  { words: ["get-endpoint", `${production}/endpoints/reader`], code: 1, says: "endpoint id not found" },

  // Roles
  {
    words: [
      "create-role",
      production,
      "--role-id",
      "clerk",
      ...spec({ postgres_role: "app_clerk", attributes: { createdb: true } }),
    ],
    prints: {
      role_id: "clerk",
      status: {
        postgres_role: "app_clerk",
        auth_method: "PG_PASSWORD_SCRAM_SHA_256",
        identity_type: "IDENTITY_TYPE_UNSPECIFIED",
        attributes: { bypassrls: false, createdb: true, createrole: false },
      },
    },
  },
  {
    words: ["create-role", production, "--role-id", "clerk", ...spec({})],
    code: 1,
    says: "role with that name already exists",
  },
  {
    words: ["create-role", production, "--role-id", "abc", ...spec({})],
    code: 1,
    says: "must be 4-63 characters",
  },
  {
    words: ["create-role", production, "--json", '{"role":{}}'],
    code: 1,
    says: `--json should NOT be wrapped in '{"role": ...}'`,
  },
  { words: ["get-role", `${production}/roles/clerk`], prints: { name: `${production}/roles/clerk` } },
  { words: ["get-role", `${production}/roles/nobody`], code: 1, says: "role id not found" },
  {
    words: [
      "update-role",
      `${production}/roles/clerk`,
      "spec.attributes.createrole",
      ...spec({ attributes: { createrole: true } }),
    ],
    prints: { status: { attributes: { createdb: true, createrole: true } } },
  },
  {
    words: [
      "update-role",
      `${production}/roles/clerk`,
      "spec.membership_roles",
      ...spec({ membership_roles: ["DATABRICKS_SUPERUSER"] }),
    ],
    prints: { status: { membership_roles: ["DATABRICKS_SUPERUSER"] } },
  },
  {
    words: ["list-roles", production],
    prints: [{ role_id: "clerk" }, { status: { identity_type: "USER", auth_method: "LAKEBASE_OAUTH_V1" } }],
  },

  // Databases
  {
    words: ["list-databases", production],
    prints: [{ database_id: "databricks-postgres", status: { postgres_database: "databricks_postgres" } }],
  },
  {
    words: ["create-database", production, "--database-id", "stock"],
    code: 1,
    says: "Field 'database.spec.role' is required",
  },
  {
    words: [
      "create-database",
      production,
      "--database-id",
      "stock",
      ...spec({ role: `${production}/roles/ghost` }),
    ],
    code: 1,
    says: `role not found; role_id:"ghost" [TraceId: `,
  },
  {
    words: [
      "create-database",
      production,
      "--database-id",
      "-no",
      ...spec({ role: `${production}/roles/clerk` }),
    ],
    code: 1,
    says: "Field database_id must match pattern",
  },
  {
    words: [
      "create-database",
      production,
      "--database-id",
      "stock",
      ...spec({ role: `${production}/roles/clerk`, postgres_database: "stock_db" }),
    ],
    prints: {
      database_id: "stock",
      status: { postgres_database: "stock_db", role: `${production}/roles/clerk` },
    },
  },
  {
    words: [
      "create-database",
      production,
      "--database-id",
      "stock",
      ...spec({ role: `${production}/roles/clerk` }),
    ],
    code: 1,
    says: "database with that name already exists",
  },
  {
    words: [
      "update-database",
      `${production}/databases/stock`,
      "spec.postgres_database",
      ...spec({ postgres_database: "goods" }),
    ],
    prints: { database_id: "stock", status: { postgres_database: "goods" } },
  },
  {
    words: ["delete-role", `${production}/roles/clerk`],
    code: 1,
    says: "cannot be dropped because some objects depend on it",
  },
  { words: ["delete-database", `${production}/databases/stock`], prints: "" },
  { words: ["get-database", `${production}/databases/stock`], code: 1, says: "database id not found" },
  { words: ["delete-role", `${production}/roles/clerk`], prints: "" },

  // Credentials and operations
  {
    words: ["generate-database-credential", `${production}/endpoints/primary`],
    prints: { token: anyText, expire_time: anyText },
  },
  {
    words: ["generate-database-credential", `${production}/endpoints/primary`, "--ttl", "600s"],
    prints: { token: anyText },
  },
  {
    words: ["generate-database-credential", `${production}/endpoints/primary`, "--ttl", "60s"],
    code: 1,
    says: "between 300 and 3600 seconds",
  },
  {
    words: ["generate-database-credential", `${production}/endpoints/nope`],
    code: 1,
    says: "endpoint id not found",
  },
  {
    words: ["generate-database-credential", "x", "--json", "{}"],
    code: 1,
    says: "when --json flag is specified, no positional arguments are allowed. Provide 'endpoint' in your JSON input",
  },
  { words: ["get-operation", `${production}/operations/nope`], code: 1, says: "operation id not found" },
  {
    words: ["delete-branch", `${project}/branches/dev`, "--no-wait"],
    prints: { metadata: { "@type": "type.googleapis.com/databricks.postgres.v1.BranchOperationMetadata" } },
    differs: "the operation may or may not be done already",
  },

  // The command line
  { words: ["get-branch"], code: 1, says: "Error: accepts 1 arg(s), received 0\n\nUsage:\n" },
  { words: ["get-branch", production, "--bogus"], code: 1, says: "Error: unknown flag: --bogus\n\nUsage:\n" },
  {
    words: ["create-branch", project, "x", "--timeout", "abc"],
    code: 1,
    says: `invalid argument "abc" for "--timeout" flag: time: invalid duration "abc"`,
  },
  {
    words: ["create-branch", project, "x", "--timeout", "5"],
    code: 1,
    says: `time: missing unit in duration "5"`,
  },
  { words: ["create-branch", project, "x", "--json"], code: 1, says: "flag needs an argument: --json" },
  {
    words: ["create-branch", project, "x", "--json", "{nope"],
    code: 1,
    says: "error decoding JSON at (inline)",
    differs: "each JSON reader describes bad JSON in its own words",
  },
  { words: ["fetch-branch", production], code: 1, says: `Error: unknown command "fetch-branch" for "` },
];
