import { userInfo } from "node:os";

/** The name that the caller goes by: the user of the API, and the Postgres role that credentials log in as. */
export function currentUserName(): string {
  return `${readOsUser()}@lakebase.local`;
}

/** A uid without an entry in the user database has no name. */
function readOsUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid${process.getuid?.() ?? 0}`;
  }
}
