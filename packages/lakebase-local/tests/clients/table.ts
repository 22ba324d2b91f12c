/** What every client is asked to do, and what it answers then. Each runs over TLS and without. */
export const expected = {
  /** Log in with a role's own password, and be refused with another. */
  scram: "guest refused",
  /** The sum of 1 to 1000, copied in and out. */
  copy: "500500",
  notify: "hello",
  /** After a statement that would take ten minutes was cancelled, the session goes on. */
  cancel: "cancelled",
  prepared: "2,4,6",
  /** Eight megabytes are the same after they went to and fro. */
  big: "true",
  /** So many sessions are open at once. */
  logins: "60",
};
export type Feature = keyof typeof expected;

/** A client, and the program in `programs/` that makes it answer. */
export interface Client {
  name: string;
  command: [file: string, program: string];
  /** What runs only where the client is present. */
  probe: string[];
  /** What the client itself does not have. */
  lacks: Feature[];
}

const python = (name: string, program: string, modules: string, lacks: Feature[] = []): Client => ({
  name,
  command: ["python3", program],
  probe: ["python3", "-c", `import ${modules}`],
  lacks,
});

const node = (name: string, program: string, module: string, lacks: Feature[] = []): Client => ({
  name,
  command: ["node", program],
  probe: ["node", "--input-type=module", "-e", `import "${module}"`],
  lacks,
});

export const clients: Client[] = [
  { name: "psql", command: ["node", "psql.mjs"], probe: ["psql", "--version"], lacks: [] },
  node("node-postgres", "node-postgres.mjs", "pg", ["copy"]),
  node("postgres.js", "postgres-js.mjs", "postgres"),
  python("psycopg", "psycopg_client.py", "psycopg"),
  python("asyncpg", "asyncpg_client.py", "asyncpg"),
  python("SQLAlchemy", "sqlalchemy_client.py", "sqlalchemy, psycopg", ["copy", "notify", "cancel"]),
];
