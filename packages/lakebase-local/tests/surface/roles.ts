import { production, type Step, spec } from "./step.ts";

/** Roles. */
export const roleSteps: Step[] = [
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
  {
    words: ["create-role", production, "--role-id", "team", ...spec({ identity_type: "GROUP" })],
    prints: { status: { postgres_role: "team", identity_type: "GROUP", auth_method: "LAKEBASE_OAUTH_V1" } },
  },
  {
    words: [
      "update-role",
      `${production}/roles/team`,
      "spec.postgres_role",
      ...spec({ postgres_role: "staff" }),
    ],
    prints: { role_id: "team", status: { postgres_role: "staff", identity_type: "GROUP" } },
  },
  { words: ["delete-role", `${production}/roles/team`], prints: "" },
  {
    words: ["create-role", production, "--role-id", "team", ...spec({ postgres_role: "staff" })],
    prints: { status: { identity_type: "IDENTITY_TYPE_UNSPECIFIED" } },
  },
  { words: ["delete-role", `${production}/roles/team`], prints: "" },
];
