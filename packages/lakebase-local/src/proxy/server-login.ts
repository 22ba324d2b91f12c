import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";
import { askForPassword, passwordMessage, readSqlState, saslAnswer, saslStart } from "./messages.ts";
import { makeProof, parseAttributes } from "./scram.ts";
import { type Message, OpeningReader } from "./wire.ts";

/** How to log in to Postgres: with a password, or with the key that the client proved to have. */
export type Knowledge = { password: string } | { clientKey: Buffer };

/** A login that Postgres took, or what it said instead. */
export type ServerLogin =
  | { isIn: true; server: Socket /** What it said up to now, for the client. */; said: Buffer }
  | { isIn: false; sqlState: string | undefined; said: Buffer };

/** Connects to a server on loopback. */
export function connectTo(port: number): Promise<Socket> {
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

/** Opens a session on a server, with the packet that the client began with. */
export async function logInToServer(
  port: number,
  startup: Buffer,
  knowledge: Knowledge,
): Promise<ServerLogin> {
  const server = await connectTo(port);
  const reader = new OpeningReader(server);
  const said: Buffer[] = [];
  const refused = (sqlState?: string): ServerLogin => {
    server.destroy();
    return { isIn: false, sqlState, said: Buffer.concat(said) };
  };
  server.write(startup);
  for (;;) {
    const message = await reader.message();
    if (!message) return refused();
    if (message.type === "R" && message.body.readInt32BE(0) !== 0) {
      if (await answer(server, reader, message, knowledge)) continue;
      return refused();
    }
    said.push(message.packet);
    if (message.type === "E") return refused(readSqlState(message.body));
    if (message.type === "R") return { isIn: true, server, said: Buffer.concat([...said, reader.rest()]) };
  }
}

/** Answers what the server wants to be shown. @returns false when that cannot be done */
async function answer(
  server: Socket,
  reader: OpeningReader,
  asked: Message,
  knowledge: Knowledge,
): Promise<boolean> {
  if ("password" in knowledge) {
    if (!asked.packet.equals(askForPassword)) return false;
    return server.write(passwordMessage(knowledge.password)) || true;
  }
  const kind = asked.body.readInt32BE(0);
  // Its last step proves that it knows the password, which it read from the same place as we did.
  if (kind === 12) return true;
  if (kind !== 10) return false;
  const bare = `n=,r=${randomBytes(18).toString("base64")}`;
  server.write(saslStart("SCRAM-SHA-256", `n,,${bare}`));
  const challenge = await reader.message();
  if (challenge?.type !== "R" || challenge.body.readInt32BE(0) !== 11) return false;
  const text = challenge.body.subarray(4).toString("utf8");
  const unsigned = `c=biws,r=${parseAttributes(text).get("r")}`;
  const proof = makeProof(knowledge.clientKey, `${bare},${text},${unsigned}`);
  server.write(saslAnswer(`${unsigned},p=${proof.toString("base64")}`));
  return true;
}
