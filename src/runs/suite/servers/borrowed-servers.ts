import { readIpv4, type TcpSocket } from "../../../utils/processes/tcp-sockets.ts";
import { readMarker } from "../../command/marker.ts";
import { findCodeOfServer } from "./code-servers.ts";
import { isBranch, mapMarkers, type WatchedSuite } from "./meetings.ts";

/** Systems assign the ports from here on to whoever asks for any: nobody can expect a server there. */
const firstAssigned = 32_768;

/** The marker of who listens on each socket, by inode; null for others than our commands. */
const owners = new Map<string, string | null>();

/** A server of another experiment that answered in place of an own one, for all that can be told. */
export interface BorrowedServer {
  port: number;
  experiment: string;
}

/**
 * Watches for a suite that starts no server while the same suite of another experiment has one on a fixed port: a runner
 * that takes any server it finds there. Its connections may be too short to be seen. A cache or a database that only one
 * design needs is no such server: it runs no code of the project.
 * @param isSame whether a marker is of the same suite, run for another experiment
 */
export function watchListeners(
  { owner, listForeign = async () => [] }: WatchedSuite,
  isSame: (marker: string) => boolean,
) {
  const harmless = new Set<string>();
  let hasOwn = false;
  let borrowed: BorrowedServer | undefined;
  return {
    look: async (sockets: readonly TcpSocket[]): Promise<void> => {
      if (hasOwn) return;
      const listening = sockets.filter(
        ({ state, address }) => state === "listening" && !isBranch(readIpv4(address)),
      );
      // Test runners open and close many others.
      const expected = listening.filter(({ port }) => port < firstAssigned);
      await learnOwners(borrowed === undefined ? expected : listening);
      hasOwn = listening.some(({ inode }) => owners.get(inode)?.startsWith(owner) === true);
      for (const { inode, port } of expected) {
        const marker = owners.get(inode);
        if (borrowed !== undefined || marker == null || !isSame(marker) || harmless.has(inode)) continue;
        if ((await findCodeOfServer(inode, await listForeign())) === undefined) harmless.add(inode);
        else borrowed = { port, experiment: readMarker(marker).experiment_slug };
      }
    },
    find: () => (hasOwn ? undefined : borrowed),
  };
}

async function learnOwners(listening: readonly TcpSocket[]): Promise<void> {
  const unknown = listening.filter(({ inode }) => !owners.has(inode));
  if (unknown.length === 0) return;
  const markers = await mapMarkers();
  for (const { inode } of unknown) owners.set(inode, markers.get(inode) ?? null);
}
