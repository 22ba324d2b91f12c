import type { Connection } from "../../lakebase/connection/client.ts";

/** What a client says that it could not connect with: what that is, and what of the branch's login it should have been. */
interface Failure {
  pattern: RegExp;
  own: "host" | "user" | "database";
}

/**
 * What clients of Postgres print if they cannot connect: libpq (psycopg, Ruby, PHP), node's pg, pgx and other Go
 * clients, asyncpg, JDBC and Prisma. Where the words are not a database's own, the port is, and the address is this
 * machine's: any other may be the branch's, whose host is a name.
 */
const failures: readonly Failure[] = [
  { own: "host", pattern: /connection to server at "([^"\n]{1,253})"[^\n]{0,60}? failed:/ },
  { own: "host", pattern: /could not translate host name "([^"\n]{1,253})" to address/ },
  { own: "host", pattern: /\bECONNREFUSED (127\.[\d.]{5,11}|::1):5432\b/ },
  {
    own: "host",
    pattern: /\b(?:ENOTFOUND|EAI_AGAIN) ([\w.-]{0,100}(?:postgres|database|\bdb\b|\bpg\b)[\w.-]{0,100})/,
  },
  { own: "host", pattern: /failed to connect to `host=([\w.:-]{1,253}) / },
  { own: "host", pattern: /\bdial tcp \[?(127\.[\d.]{5,11}|::1)\]?:5432: connect:/ },
  { own: "host", pattern: /Connect call failed \('(127\.[\d.]{5,11}|::1)', 5432\b/ },
  { own: "host", pattern: /Connection to ([\w.-]{1,253}):\d{1,5} refused\. Check that the hostname/ },
  { own: "host", pattern: /Can't reach database server at `?([\w.-]{1,253})[`:]/ },
  { own: "user", pattern: /\bpassword authentication failed for user "([^"\n]{1,253})"/ },
  { own: "user", pattern: /\bFATAL: {1,2}role "([^"\n]{1,253})" does not exist/ },
  { own: "database", pattern: /\bFATAL: {1,2}database "([^"\n]{1,253})" does not exist/ },
];

const attempts: Record<Failure["own"], (what: string) => string> = {
  host: (host) => `it looked for a database at ${host}`,
  user: (user) => `it logged in as ${user}`,
  database: (database) => `it asked for the database ${database}`,
};

/** How much is shown of what was printed, in characters. */
const mostShown = 200;

/** Finds an attempt to connect with anything but the branch's own login, which failed; with what the client printed. */
export function findMissedDatabase(
  texts: readonly string[],
  branch: Pick<Connection, Failure["own"]>,
): string | undefined {
  for (const text of texts) {
    for (const { own, pattern } of failures) {
      const found = pattern.exec(text);
      const what = found?.[1];
      if (found === null || what === undefined || what === branch[own]) continue;
      const [line = ""] = text.slice(found.index, found.index + mostShown).split(/\r?\n/, 1);
      return `${attempts[own](what)}: ${line.trim()}`;
    }
  }
  return undefined;
}
