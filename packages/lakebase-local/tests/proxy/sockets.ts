import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** The two ends of a connection. The server's end is read by whoever gets it. */
export async function connectPair(): Promise<{ client: Socket; server: Socket }> {
  const listener = createServer({ pauseOnConnect: true });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const address = listener.address();
  if (address === null || typeof address === "string") throw new Error("The listener has no port.");
  const client = connect(address.port, "127.0.0.1");
  const [server] = await once(listener, "connection");
  client.on("error", () => {});
  server.on("error", () => {});
  onTestFinished(() => {
    client.destroy();
    server.destroy();
    listener.close();
  });
  return { client, server };
}

/** All that arrives until the other end hangs up. */
export async function readAll(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  if (!socket.closed) await once(socket, "close");
  return Buffer.concat(chunks);
}

export const int32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};

/** What a client opens a session with, or asks before that by a code. */
export const opening = (code: number, text = "") => {
  const body = Buffer.concat([int32(code), Buffer.from(text)]);
  return Buffer.concat([int32(body.length + 4), body]);
};
export const version3 = 196_608;
export const startup = (user: string) => opening(version3, `user\0${user}\0database\0shop\0\0`);
export const sslRequest = opening(80_877_103);
export const gssRequest = opening(80_877_104);
export const cancelRequest = opening(80_877_102, "12345678");

/** A message after the opening. */
export const message = (type: string, body: string | Buffer) => {
  const bytes = Buffer.from(body);
  return Buffer.concat([Buffer.from(type), int32(bytes.length + 4), bytes]);
};
