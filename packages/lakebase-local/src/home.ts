import { chmod, lstat, mkdir, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { getMessage, LocalError } from "./local-error.ts";
import { type Account, findPostgresAccount } from "./postgres/account.ts";

/** The paths below one state directory. Whatever lakebase-local writes, it writes in here. */
export interface Home {
  root: string;
  /** Who runs, where: replaced whole by each daemon, 0600. */
  daemonFile: string;
  /** The bearer token of the API, 0600. */
  tokenFile: string;
  /** Passwords of the internal Postgres roles, 0600. */
  secretsFile: string;
  /** The certificate that clients check endpoints by, for everybody to read. */
  caFile: string;
  /** The key that signs for it, 0600. */
  caKeyFile: string;
  /** Disk space held in reserve for when the disk is full. */
  reserveFile: string;
  leases: string;
  records: string;
  credentialsFile: string;
  /** One Postgres data directory per branch, named by the branch's uid. */
  data: string;
  /** Postgres binaries, one folder per version. */
  binaries: string;
  /** Extensions that were added, and the list of them. */
  extensions: string;
  extensionsFile: string;
  logs: string;
  daemonLog: string;
}

/** The state directory that the environment asks for; nothing is created. */
export function findHome(environment: NodeJS.ProcessEnv = process.env): Home {
  const root = findRootFolder(environment);
  const logs = join(root, "logs");
  return {
    root,
    daemonFile: join(root, "daemon.json"),
    tokenFile: join(root, "token"),
    secretsFile: join(root, "secrets.json"),
    caFile: join(root, "ca.pem"),
    caKeyFile: join(root, "ca-key.pem"),
    reserveFile: join(root, "reserve"),
    leases: join(root, "leases"),
    records: join(root, "records"),
    credentialsFile: join(root, "credentials.json"),
    data: join(root, "data"),
    binaries: join(root, "postgres"),
    extensions: join(root, "extensions"),
    extensionsFile: join(root, "extensions.json"),
    logs,
    daemonLog: join(logs, "daemon.log"),
  };
}

/**
 * Creates the state directory with the permissions it needs.
 * @throws LocalError when it cannot be written, or when the account that runs Postgres cannot reach it.
 */
export async function prepareHome(home: Home): Promise<void> {
  const account = findPostgresAccount();
  try {
    await mkdir(home.root, { recursive: true, mode: account ? 0o711 : 0o700 });
    if (account) await chmod(home.root, 0o711);
    for (const folder of [home.leases, home.records, home.logs])
      await mkdir(folder, { mode: 0o700, recursive: true });
    for (const folder of [home.data, home.binaries])
      await mkdir(folder, { mode: account ? 0o711 : 0o700, recursive: true });
  } catch (error) {
    throw new LocalError(`cannot write the state directory ${home.root}: ${getMessage(error)}`, {
      hint: "Point LAKEBASE_LOCAL_HOME at a folder that you can write.",
      cause: error,
    });
  }
  if (account) await assertReachable(home.root, account);
}

function findRootFolder(environment: NodeJS.ProcessEnv): string {
  if (environment.LAKEBASE_LOCAL_HOME) return resolve(environment.LAKEBASE_LOCAL_HOME);
  if (process.getuid?.() === 0) return "/var/lib/lakebase-local";
  return join(environment.XDG_STATE_HOME || join(homedir(), ".local", "state"), "lakebase-local");
}

/** For root, Postgres runs as a different account, which must be able to reach its data. */
async function assertReachable(root: string, account: Account): Promise<void> {
  for (let folder = dirname(root); ; folder = dirname(folder)) {
    const { mode, uid, gid } = await stat(folder);
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) {
      throw new LocalError(
        `Postgres cannot run in ${root}: as root it runs as uid ${account.uid}, which may not enter ${folder}`,
        { hint: `Set LAKEBASE_LOCAL_HOME to a folder outside of ${folder}, or run 'chmod o+x ${folder}'.` },
      );
    }
    if (folder === dirname(folder)) return;
  }
}

/** Whether a path exists, even as a dangling link. */
export async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
