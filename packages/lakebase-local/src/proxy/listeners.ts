import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { getCode, LocalError } from "../local-error.ts";

/** Where an endpoint is reached on this machine. */
export interface Address {
  host: string;
  port: number;
}

/** The port that clients expect, and some insist on. */
export const postgresPort = 5432;
const shared = "127.0.0.1";
// Every address that begins with 127 leads back to the machine, and Linux has them all without set-up. Those that
// begin with 127.0 are left to others.
const ownAddresses = 8;
// Below the range from which systems take ports for outgoing connections, so that they stay ours over stops.
const firstPort = 20_000;
const portCount = 12_000;
const tries = 200;

/** The loopback addresses that endpoints are reached at. */
export class Listeners {
  readonly #serve: (endpointUid: string, socket: Socket) => void;
  readonly #servers = new Map<string, { server: Server; sockets: Set<Socket> }>();

  constructor(serve: (endpointUid: string, socket: Socket) => void) {
    this.#serve = serve;
  }

  /** Open connections to all endpoints. */
  get connections(): number {
    return [...this.#servers.values()].reduce((sum, { sockets }) => sum + sockets.size, 0);
  }

  /**
   * Listens for an endpoint, where it was before if that is free.
   * @throws LocalError when nothing is free.
   */
  async open(endpointUid: string, wanted: Address | undefined): Promise<Address> {
    for (const address of [...(wanted ? [wanted] : []), ...listCandidates(endpointUid)]) {
      if (await this.#listen(endpointUid, address)) return address;
    }
    throw new LocalError("no loopback port is free for the endpoint", {
      hint: `Free some ports between ${firstPort} and ${firstPort + portCount}.`,
    });
  }

  /** Stops listening for an endpoint and ends its connections. */
  async close(endpointUid: string): Promise<void> {
    const found = this.#servers.get(endpointUid);
    if (!found) return;
    this.#servers.delete(endpointUid);
    for (const socket of found.sockets) socket.destroy();
    await new Promise((resolve) => found.server.close(resolve));
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#servers.keys()].map((uid) => this.close(uid)));
  }

  async #listen(endpointUid: string, { host, port }: Address): Promise<boolean> {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
      this.#serve(endpointUid, socket);
    });
    server.listen(port, host);
    try {
      await once(server, "listening");
    } catch (error) {
      if (["EADDRINUSE", "EADDRNOTAVAIL", "EACCES"].includes(getCode(error) ?? "")) return false;
      throw error;
    }
    this.#servers.set(endpointUid, { server, sockets });
    return true;
  }
}

/** An address of its own with the usual port where the system has such, and then a port of the shared address. */
function* listCandidates(endpointUid: string): Generator<Address> {
  const digest = createHash("sha256").update(endpointUid).digest();
  for (let step = 0; process.platform === "linux" && step < ownAddresses; step += 1) {
    const [second = 0, third = 0, fourth = 0] = digest.subarray(4 + step * 3);
    yield { host: `127.${1 + (second % 254)}.${third}.${1 + (fourth % 254)}`, port: postgresPort };
  }
  const start = digest.readUInt32BE(0);
  for (let step = 0; step < tries; step += 1) {
    yield { host: shared, port: firstPort + ((start + step * 7) % portCount) };
  }
}
