import { connect, type Socket } from "node:net";
import type { Lease } from "../postgres/compute.ts";
import { askForPassword, fatalError, OpeningReader, passwordMessage, textOf } from "./wire.ts";

/** What a session needs from the endpoint that it connects to. */
export interface Gate {
  /** The role that logs in with issued credentials; every other one with its own password. */
  userName: string;
  /** The password that Postgres wants from that role. */
  password: string;
  /** Why a credential is refused, or undefined when it is good. */
  refuse(token: string): string | undefined;
  /** Starts the branch's server if need be, and holds it. @throws Refusal */
  wake(): Promise<Lease>;
  /** The server's port, if it runs. */
  runningPort(): number | undefined;
}

/** An error for the client in Postgres' own terms. */
export class Refusal extends Error {
  readonly sqlState: string;

  constructor(sqlState: string, message: string) {
    super(message);
    this.sqlState = sqlState;
  }
}

const loginSeconds = 60;

/** Serves one client: wakes the branch, logs it in, and passes bytes both ways until either side leaves. */
export async function serveSession(client: Socket, gate: Gate): Promise<void> {
  client.setNoDelay(true);
  client.on("error", () => client.destroy());
  client.setTimeout(loginSeconds * 1000, () => client.destroy());
  const reader = new OpeningReader(client);
  let opening = await reader.opening();
  // A client may ask for TLS, and for GSS, before it starts in the clear.
  for (let asked = 0; opening?.kind === "encryption" && asked < 2; asked += 1) {
    client.write("N");
    opening = await reader.opening();
  }
  if (opening?.kind === "cancel") return cancel(client, opening.packet, gate);
  if (opening?.kind !== "startup") return void client.destroy();
  try {
    const knowsUs = opening.user === gate.userName;
    if (knowsUs) {
      client.write(askForPassword);
      const answer = await reader.message();
      if (answer?.type !== "p") return void client.destroy();
      const reason = gate.refuse(textOf(answer.body));
      if (reason) {
        const message = `password authentication failed for user "${opening.user}"`;
        return endWith(client, fatalError("28P01", message, reason));
      }
    }
    const lease = await gate.wake();
    try {
      await relay(client, reader, opening.packet, lease.port, knowsUs ? gate.password : undefined);
    } finally {
      lease.release();
    }
  } catch (error) {
    const [state, message] =
      error instanceof Refusal ? [error.sqlState, error.message] : ["57P03", String(error)];
    endWith(client, fatalError(state, message));
  }
}

/** Connects to the server and passes bytes; answers its demand for a password when we know it. */
async function relay(
  client: Socket,
  reader: OpeningReader,
  startup: Buffer,
  port: number,
  password: string | undefined,
): Promise<void> {
  const server = await connected(port);
  const over = Promise.all([client, server].map(closed));
  client.once("close", () => server.destroy());
  server.once("close", () => client.destroySoon());
  // It may have left while the server was woken.
  if (client.destroyed) server.destroy();
  server.write(startup);
  if (password === undefined || (await logIn(client, server, password))) {
    client.setTimeout(0);
    const early = reader.rest();
    if (early.length > 0) server.write(early);
    client.pipe(server);
    server.pipe(client);
  } else {
    server.destroy();
  }
  await over;
}

/** Passes on what the server says until it asks for the password, and gives it. @returns false when it hangs up. */
async function logIn(client: Socket, server: Socket, password: string): Promise<boolean> {
  const reader = new OpeningReader(server);
  for (;;) {
    const message = await reader.message();
    if (!message) return false;
    if (message.packet.equals(askForPassword)) break;
    client.write(message.packet);
    if (message.type === "E") return false;
  }
  server.write(passwordMessage(password));
  const early = reader.rest();
  if (early.length > 0) client.write(early);
  return true;
}

/** Sends a last message. The client is not waited for: whoever holds a connection keeps the daemon awake. */
function endWith(client: Socket, packet: Buffer): void {
  client.write(packet);
  client.destroySoon();
}

/** A cancel request holds its own secret, which the server checks. A server at rest has nothing to cancel. */
async function cancel(client: Socket, packet: Buffer, gate: Gate): Promise<void> {
  const port = gate.runningPort();
  if (port !== undefined) {
    const server = await connected(port);
    server.end(packet);
    await closed(server);
  }
  client.end();
}

function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port, noDelay: true });
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.off("error", reject);
      socket.on("error", () => socket.destroy());
      resolve(socket);
    });
  });
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once("close", () => resolve());
  });
}
