/** A user and group of the operating system, by number. */
export interface Account {
  uid: number;
  gid: number;
}

const nobody: Account = { uid: 65534, gid: 65534 };

/** The account that runs Postgres when it must not be our own: Postgres refuses to start as root. */
export function findPostgresAccount(): Account | undefined {
  return process.getuid?.() === 0 ? nobody : undefined;
}
