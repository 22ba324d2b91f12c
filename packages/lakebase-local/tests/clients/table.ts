import { homedir } from "node:os";
import { join } from "node:path";
import { globSync } from "tinyglobby";

/** What every client is asked to do, and what it answers then. Each runs over TLS and without. */
const expected = {
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
type Feature = keyof typeof expected;

/** A client, and how a program in `programs/` makes it answer. */
export interface Client {
  name: string;
  command: string[];
  /** What runs only where the client is present. */
  probe: string[];
  /** What the program prints when all went well. */
  answers: Record<string, string>;
  /** With which it is tried; by default without TLS, and with a certificate that is checked. */
  sslmodes?: string[];
}

/** An interpreter with clients that the usual one lacks. */
const interpreter = process.env.CLIENTS_PYTHON ?? "python3";

/** @param lacks what the client itself does not have */
function python(name: string, program: string, modules: string, lacks: Feature[] = []): Client {
  const probe = [interpreter, "-c", `import ${modules}`];
  return { name, command: [interpreter, program], probe, answers: without(lacks) };
}

/** @param lacks what the client itself does not have */
function node(name: string, program: string, module: string, lacks: Feature[] = []): Client {
  const probe = ["node", "--input-type=module", "-e", `import "${module}"`];
  return { name, command: ["node", program], probe, answers: without(lacks) };
}

/** Its packages have to be in the module cache. */
function go(name: string, program: string): Client {
  const probe = ["go", "list", "-C", "go", "-deps", program];
  return { name, command: ["go", "run", "-C", "go", program], probe, answers: expected };
}

/** Its packages have to be in Cargo's home. */
function cargo(name: string, folder: string): Client {
  const [offline, manifest] = [["--offline", "--locked", "--quiet"], `--manifest-path=${folder}/Cargo.toml`];
  return {
    name,
    command: ["cargo", "run", ...offline, manifest],
    probe: ["cargo", "tree", ...offline, manifest],
    answers: expected,
  };
}

/** The driver is one file: POSTGRESQL_JAR names it, or Maven has it. */
function java(name: string, program: string): Client {
  const maven = { cwd: join(homedir(), ".m2", "repository"), absolute: true };
  const [found = ""] = globSync("org/postgresql/postgresql/*/postgresql-+([0-9.]).jar", maven);
  const jar = process.env.POSTGRESQL_JAR ?? found;
  return {
    name,
    command: ["java", "-cp", jar, program],
    probe: ["javap", "-cp", jar, "org.postgresql.Driver"],
    answers: expected,
  };
}

function without(lacks: Feature[]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(expected).filter(([feature]) => !lacks.some((one) => one === feature)),
  );
}

/** Some builds of PostgreSQL's programs have no TLS. */
const whereCompiled = ["disable", "prefer"];

export const clients: Client[] = [
  { name: "psql", command: ["node", "psql.mjs"], probe: ["psql", "--version"], answers: expected },
  node("node-postgres", "node-postgres.mjs", "pg", ["copy"]),
  node("postgres.js", "postgres-js.mjs", "postgres"),
  node("knex", "knex.mjs", "knex", ["copy", "notify", "prepared"]),
  node("drizzle", "drizzle.mjs", "drizzle-orm", ["copy", "notify", "cancel"]),
  python("psycopg", "psycopg_client.py", "psycopg"),
  python("asyncpg", "asyncpg_client.py", "asyncpg"),
  python("SQLAlchemy", "sqlalchemy_client.py", "sqlalchemy, psycopg", ["copy", "notify", "cancel"]),
  {
    ...python("Django", "django_client.py", "django, psycopg"),
    answers: { parallel: "4 run, 0 failed" },
  },
  go("pgx", "./pgx"),
  go("lib/pq", "./pq"),
  cargo("sqlx", "sqlx"),
  java("JDBC", "Jdbc.java"),
  {
    name: "pg_dump and pg_restore of PostgreSQL 18",
    command: ["node", "pg-dump.mjs"],
    probe: ["sh", "-c", "pg_dump --version | grep -q ' 18' && pg_restore --version | grep -q ' 18'"],
    answers: { restored: "500500" },
    sslmodes: whereCompiled,
  },
  {
    name: "pgbench",
    command: ["node", "pgbench.mjs"],
    probe: ["pgbench", "--version"],
    answers: { transactions: "200/200" },
    sslmodes: whereCompiled,
  },
];
