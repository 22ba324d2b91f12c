import { Buffer } from "node:buffer";
import type { Socket } from "node:net";

/** What a client opens a connection with. */
export type Opening =
  | { kind: "startup"; packet: Buffer; user: string; options: Map<string, string> }
  | { kind: "cancel"; packet: Buffer }
  | { kind: "encryption" };

/** A message after the opening: a letter and its body. */
export interface Message {
  type: string;
  packet: Buffer;
  body: Buffer;
}

const cancelRequest = 80877102;
const sslRequest = 80877103;
const gssRequest = 80877104;
const longest = 64 * 1024;

/**
 * Reads the messages of the Postgres protocol that open a session, and hands the socket over untouched after them.
 * https://www.postgresql.org/docs/18/protocol-message-formats.html
 */
export class OpeningReader {
  readonly #socket: Socket;
  #buffer: Buffer = Buffer.alloc(0);

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.pause();
  }

  /** @returns undefined when the peer hangs up or sends something else than Postgres' protocol. */
  async opening(): Promise<Opening | undefined> {
    const length = (await this.#peek(4))?.readInt32BE(0);
    if (length === undefined || length < 8 || length > longest) return undefined;
    const packet = await this.#take(length);
    if (!packet) return undefined;
    const code = packet.readInt32BE(4);
    if (code === sslRequest || code === gssRequest) return { kind: "encryption" };
    if (code === cancelRequest) return { kind: "cancel", packet };
    const options = parseOptions(packet.subarray(8));
    return { kind: "startup", packet, user: options.get("user") ?? "", options };
  }

  /** @returns undefined when the peer hangs up. */
  async message(): Promise<Message | undefined> {
    const length = (await this.#peek(5))?.readInt32BE(1);
    if (length === undefined || length < 4 || length > longest) return undefined;
    const packet = await this.#take(1 + length);
    if (!packet) return undefined;
    return { type: String.fromCharCode(packet.readUInt8(0)), packet, body: packet.subarray(5) };
  }

  /** What came after the last message read; the socket has the rest. */
  rest(): Buffer {
    const rest = this.#buffer;
    this.#buffer = Buffer.alloc(0);
    return rest;
  }

  async #peek(count: number): Promise<Buffer | undefined> {
    while (this.#buffer.length < count) {
      const chunk = await nextChunk(this.#socket);
      if (!chunk) return undefined;
      this.#buffer = Buffer.concat([this.#buffer, chunk]);
    }
    return this.#buffer;
  }

  async #take(count: number): Promise<Buffer | undefined> {
    const whole = await this.#peek(count);
    if (!whole) return undefined;
    this.#buffer = whole.subarray(count);
    return whole.subarray(0, count);
  }
}

/** The server's wish for a password in clear text. */
export const askForPassword = frame("R", int32(3));

/** A client's answer to it. */
export function passwordMessage(password: string): Buffer {
  return frame("p", Buffer.from(`${password}\0`));
}

/** An error that ends the session, with its SQLSTATE. */
export function fatalError(sqlState: string, message: string, detail?: string): Buffer {
  const fields = [`SFATAL`, `VFATAL`, `C${sqlState}`, `M${message}`, ...(detail ? [`D${detail}`] : [])];
  return frame("E", Buffer.from(`${fields.join("\0")}\0\0`));
}

/** A message's body as text without its closing zero byte. */
export function textOf(body: Buffer): string {
  return body.toString("utf8").replace(/\0+$/, "");
}

function frame(type: string, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function parseOptions(body: Buffer): Map<string, string> {
  const words = body.toString("utf8").split("\0");
  const options = new Map<string, string>();
  for (let place = 0; place + 1 < words.length && words[place]; place += 2) {
    options.set(words[place] ?? "", words[place + 1] ?? "");
  }
  return options;
}

function nextChunk(socket: Socket): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const finish = (chunk?: Buffer) => {
      socket.pause();
      socket.off("data", finish).off("end", hangUp).off("close", hangUp).off("error", hangUp);
      resolve(chunk);
    };
    const hangUp = () => finish();
    if (socket.destroyed || socket.readableEnded) return resolve(undefined);
    socket.on("data", finish).on("end", hangUp).on("close", hangUp).on("error", hangUp);
    socket.resume();
  });
}
