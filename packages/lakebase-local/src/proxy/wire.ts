import { Buffer } from "node:buffer";
import type { Socket } from "node:net";

/** What a client opens a connection with. */
export type Opening =
  | { kind: "startup"; packet: Buffer; user: string; options: Map<string, string> }
  | { kind: "cancel"; packet: Buffer }
  /** Direct TLS begins with the handshake itself, which is still to be read. */
  | { kind: "encryption"; way: "tls" | "direct-tls" | "gss" };

/** A message after the opening: a letter and its body. */
export interface Message {
  type: string;
  packet: Buffer;
  body: Buffer;
}

const cancelRequest = 80877102;
const sslRequest = 80877103;
const gssRequest = 80877104;
/** What a TLS handshake begins with; as a packet's length it would be far too long. */
const tlsHandshake = 0x16;
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
    const start = await this.#peek(4);
    if (start?.readUInt8(0) === tlsHandshake) return { kind: "encryption", way: "direct-tls" };
    const length = start?.readInt32BE(0);
    if (length === undefined || length < 8 || length > longest) return undefined;
    const packet = await this.#take(length);
    if (!packet) return undefined;
    const code = packet.readInt32BE(4);
    if (code === sslRequest) return { kind: "encryption", way: "tls" };
    if (code === gssRequest) return { kind: "encryption", way: "gss" };
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

  /** Whether more came than was read. */
  get hasMore(): boolean {
    return this.#buffer.length > 0;
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
