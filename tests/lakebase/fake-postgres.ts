import { createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

export interface FakePostgres {
  /** `127.0.0.1:<port>` */
  host: string;
  /** The passwords that were tried, in order. */
  passwords: string[];
  /** Refuses a password from now on. */
  revoke: (password: string) => void;
  /** Ends no connection from now on, as if the network were down. */
  vanish: () => void;
}

/**
 * A server that speaks as much of the Postgres protocol as a login needs. It refuses as many logins as it has
 * refusals, in their order, and lets in the rest: a real server does not refuse on demand.
 */
export async function fakePostgres(
  refusals: readonly { code: string; message: string }[],
): Promise<FakePostgres> {
  const passwords: string[] = [];
  const sockets = new Set<Socket>();
  const revoked = new Set<string>();
  let hasVanished = false;
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on("end", () => {
      if (!hasVanished) socket.end();
    });
    serve(socket, passwords, refusals, revoked);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const vanish = () => {
    hasVanished = true;
  };
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { host: `127.0.0.1:${port}`, passwords, revoke: (password) => void revoked.add(password), vanish };
}

function serve(
  socket: Socket,
  passwords: string[],
  refusals: readonly { code: string; message: string }[],
  revoked: ReadonlySet<string>,
): void {
  let started = false;
  socket.on("error", () => {});
  socket.on("data", (data) => {
    if (data.length === 8 && !started) {
      // An SSLRequest: this server has no TLS.
      socket.write("N");
      return;
    }
    if (!started) {
      started = true;
      socket.write(message("R", int32(3)));
      return;
    }
    const type = String.fromCharCode(data[0] ?? 0);
    if (type === "p") {
      const password = data.subarray(5, -1).toString();
      const refusal = revoked.has(password)
        ? { code: "28P01", message: "password authentication failed" }
        : refusals[passwords.length];
      passwords.push(password);
      if (refusal === undefined) socket.write(Buffer.concat([message("R", int32(0)), ready]));
      else
        socket.end(message("E", text("SFATAL"), text(`C${refusal.code}`), text(`M${refusal.message}`), zero));
    }
    if (type === "Q") socket.write(Buffer.concat([message("C", text("SELECT 0")), ready]));
  });
}

const zero = Buffer.from([0]);
const text = (value: string) => Buffer.concat([Buffer.from(value), zero]);
const int32 = (value: number) => {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(value);
  return buffer;
};
const message = (type: string, ...parts: Buffer[]) => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
};
const ready = message("Z", Buffer.from("I"));
