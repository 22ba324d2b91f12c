import type { Socket } from "node:net";
import { type SecureContext, TLSSocket } from "node:tls";
import { OpeningReader } from "./wire.ts";

/** What an endpoint shows of itself to a client that wants TLS. */
export interface Identity {
  context: SecureContext;
  /** The hash of its certificate, which a login can be bound to (RFC 5929, tls-server-end-point). */
  endPoint: Buffer;
}

/** A client, and the reader of what it says. */
export interface Opened {
  client: Socket;
  reader: OpeningReader;
  /** Set where the client is connected by TLS. */
  endPoint?: Buffer;
}

/** Wraps a client's connection in TLS; whatever was read of it already belongs to the handshake. */
export function encrypt(client: Socket, reader: OpeningReader, { context, endPoint }: Identity): Opened {
  const early = reader.rest();
  if (early.length > 0) client.unshift(early);
  const secure = new TLSSocket(client, {
    isServer: true,
    secureContext: context,
    ALPNProtocols: ["postgresql"],
  });
  secure.on("error", () => secure.destroy());
  return { client: secure, reader: new OpeningReader(secure), endPoint };
}
