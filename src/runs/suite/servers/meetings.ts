import type { Connection } from "../../../lakebase/connection/client.ts";
import {
  isConnectedTo,
  isLoopback,
  listOpenSockets,
  readIpv4,
  type TcpSocket,
} from "../../../utils/processes/tcp-sockets.ts";
import { readMarker } from "../../command/marker.ts";
import { listMarked } from "../../command/process-tree.ts";
import { findCodeOfServer } from "./code-servers.ts";

/** A connection from a suite's process that may have given the results of other code, or of other data. */
export type Meeting =
  /** To a server that another experiment's command had started. */
  | { kind: "server"; port: number; experiment: string }
  /** To a server that somebody started in another checkout. */
  | { kind: "checkout"; port: number; checkout: string }
  /** To the database of another branch. */
  | { kind: "database"; host: string; port: number };

/** A suite whose connections are looked at. */
export interface WatchedSuite {
  /** The beginning of the markers of the experiment's own processes. */
  owner: string;
  /** Where the experiment's own branch is; undefined for a command that may use others. */
  database?: Pick<Connection, "host" | "port"> | undefined;
  /** The checkouts whose code is not the experiment's; undefined for a command that may use their servers. */
  listForeign?: (() => Promise<readonly string[]>) | undefined;
}

/** @returns a function that finds such a connection among this machine's sockets, if there is one now */
export function makeLook({
  owner,
  database,
  listForeign,
}: WatchedSuite): (sockets: readonly TcpSocket[]) => Promise<Meeting | undefined> {
  /** Servers that run no code of a checkout, such as databases: most connections lead there. */
  const harmless = new Set<string>();
  /** Connections that were looked at: who holds one, and where it leads, does not change. */
  const known = new Set<string>();
  return async (sockets) => {
    const servers = sockets.filter(({ state, inode }) => state === "listening" && !harmless.has(inode));
    const clients = sockets.filter(({ state, inode }) => state === "established" && !known.has(inode));
    const pairs = clients.flatMap((client) =>
      isOwnBranch(client, database)
        ? []
        : servers.filter((server) => isConnectedTo(client, server)).map((server) => ({ client, server })),
    );
    const databases = clients.flatMap((client) => {
      const host = findOtherBranch(client, database);
      return host === undefined ? [] : [{ client, host }];
    });
    if (pairs.length === 0 && databases.length === 0) return undefined;
    const markers = await mapMarkers();
    const isOwned = ({ inode }: TcpSocket) => markers.get(inode)?.startsWith(owner) === true;
    for (const { client, host } of databases) {
      if (isOwned(client)) return { kind: "database", host, port: client.remotePort };
      known.add(client.inode);
    }
    for (const { client, server } of pairs) {
      known.add(client.inode);
      if (!isOwned(client)) continue;
      const there = markers.get(server.inode);
      const { port } = server;
      if (there !== undefined && !there.startsWith(owner))
        return { kind: "server", port, experiment: readMarker(there).experiment_slug };
      if (there !== undefined || harmless.has(server.inode) || listForeign === undefined) continue;
      const checkout = await findCodeOfServer(server.inode, await listForeign());
      if (checkout !== undefined) return { kind: "checkout", port, checkout };
      harmless.add(server.inode);
    }
    return undefined;
  };
}

/** Returns the marker of the command that holds each socket, by the sockets' inodes. */
export async function mapMarkers(): Promise<Map<string, string>> {
  const markers = new Map<string, string>();
  for (const { pid, marker } of await listMarked())
    for (const inode of listOpenSockets(pid)) markers.set(inode, marker);
  return markers;
}

/** Whether a connection leads to the experiment's own branch, as far as its address tells. */
export function isOwnBranch(
  { remoteAddress, remotePort }: TcpSocket,
  own: WatchedSuite["database"],
): boolean {
  return own !== undefined && remotePort === own.port && readIpv4(remoteAddress) === own.host;
}

/**
 * Finds the address of another branch that a connection leads to. Branches of Lakebase share their addresses, so there
 * nothing can be told.
 */
function findOtherBranch(
  { remoteAddress, remotePort }: TcpSocket,
  own: WatchedSuite["database"],
): string | undefined {
  const host = readIpv4(remoteAddress);
  if (host === undefined || remotePort !== own?.port || host === own.host) return undefined;
  return isBranch(host) && isBranch(own.host) ? host : undefined;
}

/** Whether an address is a branch's: the emulator gives each a loopback address of its own. */
export function isBranch(host: string | undefined): boolean {
  return host !== undefined && isLoopback(host) && host !== "127.0.0.1";
}
