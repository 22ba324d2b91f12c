import { CoreError } from "../../../utils/core-error.ts";
import { listSockets, type TcpSocket } from "../../../utils/processes/tcp-sockets.ts";
import { type BorrowedServer, watchListeners } from "./borrowed-servers.ts";
import { type Meeting, makeLook, type WatchedSuite } from "./meetings.ts";
import { watchPlainDatabases } from "./plain-databases.ts";

/** How often connections are looked at, in milliseconds. One that is shorter can be missed. */
const intervalMs = 100;

/** How experiments that run at the same time get servers of their own. */
export const portsHint =
  'Set "ports": 1 in plan.json and have the server listen on PORT, or run one experiment at a time.';

/** How a project's code gets to its branch. */
export const databaseHint =
  "Connect with DATABASE_URL or the PG* variables, which lead to the experiment's own branch. If the project uses other names, map them with env in plan.json.";

/** A watch for servers and databases that are not a suite's own. */
export interface ServerWatch {
  end: () => void;
  /** @throws CoreError `server_foreign` or `database_foreign` if the suite met one that is not its own */
  refuseMet: () => void;
  /** Finds the port of a Postgres on this machine that the suite was connected to, if it was never seen on its branch. */
  findPlainDatabase: () => number | undefined;
}

interface WatchOptions extends WatchedSuite {
  /** Whether a marker is of the same suite, run beside this one for another experiment on no leased ports. */
  isSame?: ((marker: string) => boolean) | undefined;
}

/**
 * Watches whether the processes of a suite connect to a server of another experiment or checkout: two designs that start
 * the same app on a fixed port, and a runner that takes any server it finds there; or a suite with the URL of another
 * branch in its code or settings. On Linux only.
 */
export function watchServers({ isSame = () => false, ...suite }: WatchOptions): ServerWatch {
  if (process.platform !== "linux")
    return { end: () => {}, refuseMet: () => {}, findPlainDatabase: () => undefined };
  let met: Meeting | undefined;
  let isLooking = false;
  const look = makeLook(suite);
  const listeners = watchListeners(suite, isSame);
  const databases = watchPlainDatabases(suite);
  const lookAround = async () => {
    const sockets = await listShared();
    await listeners.look(sockets);
    await databases.look(sockets);
    met = await look(sockets);
  };
  const timer = setInterval(() => {
    if (isLooking || met !== undefined) return;
    isLooking = true;
    lookAround()
      // A machine that is out of files fails elsewhere, and more clearly.
      .catch(() => {})
      .finally(() => (isLooking = false));
  }, intervalMs);
  timer.unref();
  return {
    end: () => clearInterval(timer),
    findPlainDatabase: databases.find,
    refuseMet: () => {
      if (met !== undefined) throw refuse(met);
      const borrowed = listeners.find();
      if (borrowed !== undefined) throw refuse({ kind: "borrowed", ...borrowed });
    },
  };
}

function refuse(met: Meeting | ({ kind: "borrowed" } & BorrowedServer)): CoreError {
  switch (met.kind) {
    case "server": {
      const what = `The suite was connected to a server that ${met.experiment} had started on port ${met.port}, so another design may have answered it.`;
      return new CoreError("server_foreign", what, { hint: portsHint });
    }
    case "borrowed": {
      const what = `The suite started no server while ${met.experiment} ran one for the same suite on port ${met.port}, so another design may have answered it.`;
      return new CoreError("server_foreign", what, { hint: portsHint });
    }
    case "checkout": {
      const what = `The suite was connected to a server on port ${met.port} that runs in ${met.checkout}, so code other than the experiment's may have answered it.`;
      return new CoreError("server_foreign", what, {
        hint: 'Stop that server, or set "ports": 1 in plan.json and have the suite start one of its own on PORT. Start one that all designs may share in a folder outside the checkouts.',
      });
    }
    case "database": {
      const what = `The suite was connected to the database of another branch, at ${met.host}, port ${met.port}, so it is not known which branch was tested.`;
      return new CoreError("database_foreign", what, {
        hint: databaseHint,
      });
    }
  }
}

let last: { at: number; sockets: Promise<TcpSocket[]> } | undefined;

/** Lists the sockets for all watches of this process: those that look at about the same time see the same list. */
function listShared(): Promise<TcpSocket[]> {
  const now = performance.now();
  if (last === undefined || now - last.at > intervalMs / 2) last = { at: now, sockets: listSockets() };
  return last.sockets;
}
