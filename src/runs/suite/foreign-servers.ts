import type { Connection } from "../../lakebase/connection/client.ts";
import { CoreError } from "../../utils/core-error.ts";
import {
  isConnectedTo,
  isLoopback,
  listOpenSockets,
  listSockets,
  readIpv4,
  type TcpSocket,
} from "../../utils/processes/tcp-sockets.ts";
import { listMarked } from "../command/process-tree.ts";

/** How often connections are looked at, in milliseconds. One that is shorter can be missed. */
const intervalMs = 100;

/** How experiments that run at the same time get servers of their own. */
export const portsHint =
  'Set "ports": 1 in plan.json and have the server listen on PORT, or run one experiment at a time.';

/** A connection from a suite's process that may have given another experiment's results. */
type Meeting =
  /** To a server that another experiment's command had started. */
  | { kind: "server"; port: number; experiment: string }
  /** To the database of another branch. */
  | { kind: "database"; host: string; port: number };

type Database = Pick<Connection, "host" | "port">;

interface ServerWatch {
  end: () => void;
  /** @throws CoreError `server_foreign` or `database_foreign` if the suite met one of another experiment */
  refuseMet: () => void;
}

/**
 * Watches whether the processes of a suite connect to a server of another experiment: two designs that start the same
 * app on a fixed port, and a runner that takes any server it finds there; or a suite with the URL of another branch in
 * its code or settings. On Linux only.
 * @param owner the beginning of the markers of the experiment's own processes
 * @param database where the experiment's own branch is; undefined for a command that may use others
 */
export function watchServers(owner: string, database: Database | undefined): ServerWatch {
  if (process.platform !== "linux") return { end: () => {}, refuseMet: () => {} };
  let met: Meeting | undefined;
  let isLooking = false;
  const look = makeLook(owner, database);
  const timer = setInterval(() => {
    if (isLooking || met !== undefined) return;
    isLooking = true;
    look()
      .then((found) => (met = found))
      // A machine that is out of files fails elsewhere, and more clearly.
      .catch(() => {})
      .finally(() => (isLooking = false));
  }, intervalMs);
  timer.unref();
  return {
    end: () => clearInterval(timer),
    refuseMet: () => {
      if (met !== undefined) throw refuse(met);
    },
  };
}

function refuse(met: Meeting): CoreError {
  switch (met.kind) {
    case "server": {
      const what = `The suite was connected to a server that ${met.experiment} had started on port ${met.port}, so another design may have answered it.`;
      return new CoreError("server_foreign", what, { hint: portsHint });
    }
    case "database": {
      const what = `The suite was connected to the database of another branch, at ${met.host}, port ${met.port}, so it is not known which branch was tested.`;
      return new CoreError("database_foreign", what, {
        hint: "Connect with DATABASE_URL or the PG* variables, which lead to the experiment's own branch. If the project uses other names, map them with env in plan.json.",
      });
    }
  }
}

/**
 * Finds the address of another branch that a connection leads to. The emulator gives each branch a loopback address of
 * its own. Branches of Lakebase share their addresses, so there nothing can be told.
 */
function findOtherBranch(
  { remoteAddress, remotePort }: TcpSocket,
  own: Database | undefined,
): string | undefined {
  const host = readIpv4(remoteAddress);
  if (host === undefined || remotePort !== own?.port || host === own.host) return undefined;
  const isBranch = (each: string) => isLoopback(each) && each !== "127.0.0.1";
  return isBranch(host) && isBranch(own.host) ? host : undefined;
}

let last: { at: number; sockets: Promise<TcpSocket[]> } | undefined;

/** Lists the sockets for all watches of this process: those that look at about the same time see the same list. */
function listShared(): Promise<TcpSocket[]> {
  const now = performance.now();
  if (last === undefined || now - last.at > intervalMs / 2) last = { at: now, sockets: listSockets() };
  return last.sockets;
}

function makeLook(owner: string, own: Database | undefined): () => Promise<Meeting | undefined> {
  /** Servers that belong to no command of ours, such as databases: most connections lead there. */
  const unowned = new Set<string>();
  /** Connections of other programs. */
  const strangers = new Set<string>();
  return async () => {
    const sockets = await listShared();
    const servers = sockets.filter(({ state, inode }) => state === "listening" && !unowned.has(inode));
    const clients = sockets.filter(({ state }) => state === "established");
    const pairs = clients.flatMap((client) =>
      servers.filter((server) => isConnectedTo(client, server)).map((server) => ({ client, server })),
    );
    const databases = clients.flatMap((client) => {
      const host = strangers.has(client.inode) ? undefined : findOtherBranch(client, own);
      return host === undefined ? [] : [{ client, host }];
    });
    if (pairs.length === 0 && databases.length === 0) return undefined;
    const markers = new Map<string, string>();
    for (const { pid, marker } of await listMarked(""))
      for (const inode of listOpenSockets(pid)) markers.set(inode, marker);
    const isOwned = ({ inode }: TcpSocket) => markers.get(inode)?.startsWith(owner) === true;
    for (const { client, host } of databases) {
      if (isOwned(client)) return { kind: "database", host, port: client.remotePort };
      strangers.add(client.inode);
    }
    for (const { client, server } of pairs) {
      const there = markers.get(server.inode);
      if (there === undefined) unowned.add(server.inode);
      if (isOwned(client) && there !== undefined && !there.startsWith(owner))
        return { kind: "server", port: server.port, experiment: there.split("/")[1] ?? there };
    }
    return undefined;
  };
}
