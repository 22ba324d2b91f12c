import { expect, it } from "vitest";
import { findMissedDatabase } from "../../../src/runs/suite/missed-database.ts";

const branch = { host: "127.8.9.10", user: "me@shop.example", database: "databricks_postgres" };
const find = (...texts: string[]) => findMissedDatabase(texts, branch);

it.each<[client: string, printed: string, what: string]>([
  [
    "libpq",
    'psycopg2.OperationalError: connection to server at "localhost" (127.0.0.1), port 5432 failed: Connection refused',
    "localhost",
  ],
  [
    "libpq, for a login of another server",
    'connection to server at "127.0.0.1", port 5433 failed: FATAL:  password authentication failed for user "app"',
    "127.0.0.1",
  ],
  ["libpq", 'could not translate host name "db" to address: Name or service not known', "db"],
  ["pg", "Error: connect ECONNREFUSED 127.0.0.1:5432", "127.0.0.1"],
  ["pg", "Error: connect ECONNREFUSED ::1:5432", "::1"],
  ["pg", "Error: getaddrinfo ENOTFOUND postgres", "postgres"],
  ["pg", "Error: getaddrinfo EAI_AGAIN my-db.internal", "my-db.internal"],
  [
    "pgx",
    "failed to connect to `host=localhost user=root database=bank`: dial error (dial tcp 127.0.0.1:5432: connect: connection refused)",
    "localhost",
  ],
  [
    "pgx 5.6",
    "failed to connect to `user=root database=bank`: [::1]:5432 (localhost): dial error: dial tcp [::1]:5432: connect: connection refused",
    "::1",
  ],
  ["asyncpg", "ConnectionRefusedError: [Errno 111] Connect call failed ('127.0.0.1', 5432)", "127.0.0.1"],
  [
    "JDBC",
    "Connection to localhost:5432 refused. Check that the hostname and port are correct and that",
    "localhost",
  ],
  ["Prisma", "Can't reach database server at `localhost:5432`", "localhost"],
  ["node's pg", 'error: password authentication failed for user "postgres"', "as postgres"],
  ["pgx", 'FATAL: role "root" does not exist (SQLSTATE 28000)', "as root"],
  ["psql", 'psql: error: FATAL:  database "shop_test" does not exist', "database shop_test"],
  ["Prisma 4", "Can't reach database server at `localhost`:`5432`", "localhost"],
])("finds the database that %s could not connect to: %s", (_client, printed, what) => {
  const [attempt, line = "none"] = find("ok\n", `before\n  ${printed}\nafter`)?.split(/: (.*)/s) ?? [];
  expect(attempt).toMatch(new RegExp(` ${what}$`));
  expect(printed).toContain(line);
});

it.each<[what: string, printed: string]>([
  ["nothing", ""],
  ["the branch itself", 'connection to server at "127.8.9.10", port 5432 failed: Connection refused'],
  ["the branch itself", "Error: connect ECONNREFUSED 127.8.9.10:5432"],
  ["an address that may be the branch's", "dial tcp 10.0.3.7:5432: connect: connection refused"],
  ["the branch's own login", 'password authentication failed for user "me@shop.example"'],
  ["a query about a role", 'ERROR:  role "app" does not exist'],
  ["a cache", "Error: connect ECONNREFUSED 127.0.0.1:6379"],
  ["a mail server", "Error: getaddrinfo ENOTFOUND smtp.example.com"],
  ["a port that begins alike", "dial tcp 127.0.0.1:54321: connect: connection refused"],
  ["a failed query", 'error: relation "orders" does not exist'],
])("finds no other database in %s: %s", (_what, printed) => {
  expect(find(printed)).toBeUndefined();
});

it("finds another database after the branch", () => {
  expect(find("connect ECONNREFUSED 127.8.9.10:5432", "connect ECONNREFUSED 127.0.0.1:5432")).toMatch(
    /^it looked for a database at 127\.0\.0\.1: /,
  );
});

// A search that begins anew at each character of a line would take hours.
it.each([".", "localhost", 'connection to server at "', "ECONNREFUSED "])(
  "reads a log of one long line of %j at once",
  (part) => {
    expect(find(part.repeat(2_000_000 / part.length))).toBeUndefined();
  },
);
