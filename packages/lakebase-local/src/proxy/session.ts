import type { Socket } from "node:net";
import type { Lease } from "../postgres/compute.ts";
import { authenticate, ProtocolViolation, type ProvenPassword, type Secrets } from "./authenticate.ts";
import { encrypt, type Identity, type Opened } from "./encryption.ts";
import { fatalError } from "./messages.ts";
import { cancel, relay } from "./relay.ts";
import type { Verifier } from "./scram.ts";
import { type Knowledge, logInToServer, type ServerLogin } from "./server-login.ts";
import { type Opening, OpeningReader } from "./wire.ts";

/** A password that a user may know, and why it is refused all the same. */
export interface KnownPassword extends Verifier {
  refusal?: string | undefined;
}

/** What a session needs from the endpoint that it connects to. */
export interface Gate {
  /** The role that logs in with issued credentials; every other one with its own password. */
  userName: string;
  /** The password that Postgres wants from that role. */
  password: string;
  /** What a user proves to know. */
  findSecrets(user: string): Promise<Secrets<KnownPassword>>;
  /** What the endpoint shows to a client that wants TLS. */
  identity(): Promise<Identity>;
  /** Starts the branch's server if need be, and holds it. @throws Refusal */
  wake(): Promise<Lease>;
  /** Gives the role its password again, which it may have changed itself. */
  restorePassword(): Promise<void>;
  /** The server's port, if it runs. */
  runningPort(): number | undefined;
}

/** An error for the client in Postgres' own terms. */
export class Refusal extends Error {
  readonly sqlState: string;
  readonly detail: string | undefined;

  constructor(sqlState: string, message: string, detail?: string) {
    super(message);
    this.sqlState = sqlState;
    this.detail = detail;
  }
}

const loginSeconds = 60;
const unknownPassword = "28P01";

/** Serves one client: checks who it is, wakes the branch, and passes bytes both ways until either side leaves. */
export async function serveSession(socket: Socket, gate: Gate): Promise<void> {
  socket.setNoDelay(true);
  socket.on("error", () => socket.destroy());
  socket.setTimeout(loginSeconds * 1000, () => socket.destroy());
  const opened: Opened = { client: socket, reader: new OpeningReader(socket) };
  const { opening, ...session } = await negotiate(opened, gate);
  const { client } = session;
  if (opening?.kind === "cancel") return cancel(client, opening.packet, gate.runningPort());
  if (opening?.kind !== "startup") return void client.destroy();
  try {
    const proven = await admit(session, opening, gate);
    if (proven === "gone") return void client.destroy();
    const lease = await gate.wake();
    try {
      const login = await logIn(lease.port, opening, proven, gate);
      client.setTimeout(0);
      socket.setTimeout(0);
      await relay(session, login);
    } finally {
      lease.release();
    }
  } catch (error) {
    const { sqlState, message, detail } =
      error instanceof Refusal
        ? error
        : new Refusal("57P03", error instanceof Error ? error.message : String(error));
    endWith(client, fatalError(sqlState, message, detail));
  }
}

/** Answers the client's requests for encryption, until it starts a session or asks for a cancellation. */
async function negotiate(first: Opened, gate: Gate): Promise<Opened & { opening: Opening | undefined }> {
  let opened = first;
  let opening = await opened.reader.opening();
  // A client may ask for TLS, and for GSS, before it starts.
  for (let asked = 0; opening?.kind === "encryption" && asked < 2; asked += 1) {
    if (opening.way === "gss") {
      opened.client.write("N");
    } else {
      const identity = await gate.identity();
      // Plain text sent after the request for TLS could be injected, and would be taken for the client's own.
      const isForged = opening.way === "tls" && opened.reader.hasMore;
      if (opened.endPoint || isForged) return { ...opened, opening: undefined };
      if (opening.way === "tls") opened.client.write("S");
      opened = encrypt(opened.client, opened.reader, identity);
    }
    opening = await opened.reader.opening();
  }
  return { ...opened, opening };
}

/** Lets in who proves to know a good password. @throws Refusal */
async function admit(
  { client, reader, endPoint }: Opened,
  { user }: Opening & { kind: "startup" },
  gate: Gate,
): Promise<ProvenPassword<KnownPassword> | "gone"> {
  const proven = await authenticate(client, reader, await gate.findSecrets(user), endPoint).catch((error) => {
    throw error instanceof ProtocolViolation ? new Refusal("08P01", error.message) : error;
  });
  if (proven === "gone") return proven;
  const unknown = user === gate.userName ? "The password is no credential for this endpoint." : undefined;
  const reason = proven === undefined ? unknown : proven.verifier.refusal;
  if (proven !== undefined && reason === undefined) return proven;
  throw new Refusal(unknownPassword, `password authentication failed for user "${user}"`, reason);
}

async function logIn(
  port: number,
  { packet, user }: Opening & { kind: "startup" },
  { clientKey }: ProvenPassword<KnownPassword>,
  { userName, password, restorePassword }: Gate,
): Promise<ServerLogin> {
  if (user !== userName) return logInToServer(port, packet, { clientKey });
  const knowledge: Knowledge = { password };
  const login = await logInToServer(port, packet, knowledge);
  if (login.isIn || login.sqlState !== unknownPassword) return login;
  await restorePassword();
  return logInToServer(port, packet, knowledge);
}

/** Sends a last message. The client is not waited for: whoever holds a connection keeps the daemon awake. */
function endWith(client: Socket, packet: Buffer): void {
  client.write(packet);
  client.destroySoon();
}
