import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { codeOf, LocalError } from "../local-error.ts";

// Below the range from which systems take ports for outgoing connections, so that they stay ours over stops.
const firstPort = 20_000;
const portCount = 12_000;
const tries = 200;

/** The loopback ports that endpoints are reached at. */
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
   * Listens for an endpoint, at the port it had before if that is free.
   * @returns the port
   * @throws LocalError when no port is free.
   */
  async open(endpointUid: string, wanted: number | undefined): Promise<number> {
    const start = createHash("sha256").update(endpointUid).digest().readUInt32BE(0);
    const candidates = Array.from(
      { length: tries },
      (_, step) => firstPort + ((start + step * 7) % portCount),
    );
    for (const port of wanted === undefined ? candidates : [wanted, ...candidates]) {
      if (await this.#listen(endpointUid, port)) return port;
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

  async #listen(endpointUid: string, port: number): Promise<boolean> {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
      this.#serve(endpointUid, socket);
    });
    server.listen(port, "127.0.0.1");
    try {
      await once(server, "listening");
    } catch (error) {
      if (codeOf(error) === "EADDRINUSE" || codeOf(error) === "EACCES") return false;
      throw error;
    }
    this.#servers.set(endpointUid, { server, sockets });
    return true;
  }
}
