import { isConnectedTo, isLoopback, readIpv4, type TcpSocket } from "../../../utils/processes/tcp-sockets.ts";
import { findProgramOfServer } from "./code-servers.ts";
import { isBranch, isOwnBranch, mapMarkers, type WatchedSuite } from "./meetings.ts";

/** The default port of Postgres. */
const usualPort = 5432;

/**
 * Watches for a suite that is connected to a Postgres of this machine that is no branch, and never to its own branch.
 * Connections may be too short to be seen, so that is no proof.
 */
export function watchPlainDatabases({ owner, database }: WatchedSuite) {
  /** Connections that were looked at. */
  const known = new Set<string>();
  /** Whether a server is a Postgres, by the inode of its socket. */
  const servers = new Map<string, boolean>();
  let hasOwn = database === undefined;
  let plain: number | undefined;
  const isPostgres = async ({ inode, port }: TcpSocket) => {
    const found =
      servers.get(inode) ?? (port === usualPort || (await findProgramOfServer(inode)) === "postgres");
    servers.set(inode, found);
    return found;
  };
  return {
    look: async (sockets: readonly TcpSocket[]): Promise<void> => {
      if (hasOwn) return;
      const clients = sockets.filter(({ state, inode }) => state === "established" && !known.has(inode));
      const telling = clients.filter((client) => isToBranch(client, database) || isLocal(client));
      if (telling.length === 0) return;
      const markers = await mapMarkers();
      for (const client of telling) {
        known.add(client.inode);
        if (!markers.get(client.inode)?.startsWith(owner)) continue;
        if (isToBranch(client, database)) hasOwn = true;
        const server = sockets.find((each) => each.state === "listening" && isConnectedTo(client, each));
        if (!hasOwn && server !== undefined && (await isPostgres(server))) plain ??= server.port;
      }
    },
    /** @returns its port */
    find: (): number | undefined => (hasOwn ? undefined : plain),
  };
}

/** Branches of Lakebase are elsewhere, at addresses that they share. */
function isToBranch(client: TcpSocket, own: WatchedSuite["database"]): boolean {
  const isElsewhere = own !== undefined && !isLoopback(own.host) && !isLocal(client);
  return isOwnBranch(client, own) || (isElsewhere && client.remotePort === own.port);
}

/** Whether a connection leads to this machine, but to no branch of the emulator. */
function isLocal({ remoteAddress }: TcpSocket): boolean {
  const host = readIpv4(remoteAddress);
  return host === undefined ? /^0{24}01000000$/.test(remoteAddress) : isLoopback(host) && !isBranch(host);
}
