import type { Socket } from "node:net";
import type { Opened } from "./encryption.ts";
import { connectTo, type ServerLogin } from "./server-login.ts";

/** Hands over what the server said, and passes bytes both ways. */
export async function relay({ client, reader }: Opened, login: ServerLogin): Promise<void> {
  client.write(login.said);
  if (!login.isIn) return void client.destroySoon();
  const { server } = login;
  const over = Promise.all([client, server].map(closed));
  client.once("close", () => server.destroy());
  server.once("close", () => client.destroySoon());
  // It may have left while the server was woken.
  if (client.destroyed) server.destroy();
  const early = reader.rest();
  if (early.length > 0) server.write(early);
  client.pipe(server);
  server.pipe(client);
  await over;
}

/** A cancel request holds its own secret, which the server checks. A server at rest has nothing to cancel. */
export async function cancel(client: Socket, packet: Buffer, port: number | undefined): Promise<void> {
  if (port !== undefined) {
    const server = await connectTo(port);
    server.end(packet);
    await closed(server);
  }
  client.end();
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once("close", () => resolve());
  });
}
