import { Buffer } from "node:buffer";

/**
 * Messages of the Postgres protocol that this program writes itself.
 * https://www.postgresql.org/docs/18/protocol-message-formats.html
 */

/** The server's wish for a password in clear text. */
export const askForPassword = frame("R", int32(3));

/** A client's password in clear text. */
export function passwordMessage(password: string): Buffer {
  return frame("p", Buffer.from(`${password}\0`));
}

/** The ways of SASL that a server offers. */
export function askForSasl(mechanisms: string[]): Buffer {
  return frame("R", int32(10), Buffer.from(`${mechanisms.join("\0")}\0\0`));
}

/** A server's step of SASL, or its last one. */
export function saslStep(text: string, isLast: boolean): Buffer {
  return frame("R", int32(isLast ? 12 : 11), Buffer.from(text));
}

/** A client's first step of SASL. */
export function saslStart(mechanism: string, text: string): Buffer {
  return frame("p", Buffer.from(`${mechanism}\0`), int32(Buffer.byteLength(text)), Buffer.from(text));
}

/** A client's further step of SASL. */
export function saslAnswer(text: string): Buffer {
  return frame("p", Buffer.from(text));
}

/** An error that ends the session, with its SQLSTATE. */
export function fatalError(sqlState: string, message: string, detail?: string): Buffer {
  const fields = [`SFATAL`, `VFATAL`, `C${sqlState}`, `M${message}`, ...(detail ? [`D${detail}`] : [])];
  return frame("E", Buffer.from(`${fields.join("\0")}\0\0`));
}

/** The SQLSTATE that an error's body carries. */
export function readSqlState(body: Buffer): string | undefined {
  const field = body
    .toString("utf8")
    .split("\0")
    .find((text) => text.startsWith("C"));
  return field?.slice(1);
}

function frame(type: string, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
