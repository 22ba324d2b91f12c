/**
 * What clients of Postgres print if they cannot connect: libpq (psycopg, Ruby, PHP), node's pg, pgx and other Go
 * clients, asyncpg, JDBC and Prisma. The group is the host. Where the words are not a database's own, the port is, and
 * the address is this machine's: any other may be the branch's, whose host is a name.
 */
const failures: readonly RegExp[] = [
  /connection to server at "([^"\n]{1,253})"[^\n]{0,60}? failed:/,
  /could not translate host name "([^"\n]{1,253})" to address/,
  /\bECONNREFUSED (127\.[\d.]{5,11}|::1):5432\b/,
  /\b(?:ENOTFOUND|EAI_AGAIN) ([\w.-]{0,100}(?:postgres|database|\bdb\b|\bpg\b)[\w.-]{0,100})/,
  /failed to connect to `host=([\w.:-]{1,253}) /,
  /\bdial tcp \[?(127\.[\d.]{5,11}|::1)\]?:5432: connect:/,
  /Connect call failed \('(127\.[\d.]{5,11}|::1)', 5432\b/,
  /Connection to ([\w.-]{1,253}):\d{1,5} refused\. Check that the hostname/,
  /Can't reach database server at `?([\w.-]{1,253})[`:]/,
];

/** How much is shown of what was printed, in characters. */
const mostShown = 200;

/** A database that a command could not connect to. */
export interface MissedDatabase {
  host: string;
  /** What the client printed. */
  line: string;
}

/** Finds a database other than the branch's that a command could not connect to. */
export function findMissedDatabase(texts: readonly string[], branchHost: string): MissedDatabase | undefined {
  for (const text of texts) {
    for (const failure of failures) {
      const found = failure.exec(text);
      const host = found?.[1];
      if (found === null || host === undefined || host === branchHost) continue;
      const [line = ""] = text.slice(found.index, found.index + mostShown).split(/\r?\n/, 1);
      return { host, line: line.trim() };
    }
  }
  return undefined;
}
