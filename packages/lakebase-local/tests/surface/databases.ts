import { production, type Step, spec } from "./step.ts";

/** Databases. */
export const databaseSteps: Step[] = [
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
];
