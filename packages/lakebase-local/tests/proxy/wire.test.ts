import { describe, expect, test } from "vitest";
import { OpeningReader } from "../../src/proxy/wire.ts";
import {
  cancelRequest,
  connectPair,
  gssRequest,
  int32,
  message,
  opening,
  sslRequest,
  startup,
  version3,
} from "./sockets.ts";

/** A reader of what a client sends: all at once, or byte by byte. */
async function open(bytes: Buffer, { isSlow = false, hangsUp = false } = {}) {
  const { client, server } = await connectPair();
  client.setNoDelay(true);
  if (isSlow) for (const byte of bytes) await new Promise((sent) => client.write(Buffer.of(byte), sent));
  else client.write(bytes);
  if (hangsUp) client.end();
  return { reader: new OpeningReader(server), client, server };
}

describe.each([{ isSlow: false }, { isSlow: true }])("an opening, %o,", (how) => {
  test.each([
    ["TLS", sslRequest, { kind: "encryption", way: "tls" }],
    ["GSS", gssRequest, { kind: "encryption", way: "gss" }],
    ["a cancellation", cancelRequest, { kind: "cancel", packet: cancelRequest }],
    ["a session", startup("me"), { kind: "startup", packet: startup("me"), user: "me" }],
    ["a session without a user", opening(version3, "\0"), { kind: "startup", user: "" }],
    ["a handshake", Buffer.from("160301020001", "hex"), { kind: "encryption", way: "direct-tls" }],
  ])("asks for %s", async (_what, bytes, expected) => {
    const { reader } = await open(bytes, how);
    expect(await reader.opening()).toMatchObject(expected);
  });
});

test("reads every option of a session, and an unpaired one not at all", async () => {
  const { reader } = await open(opening(version3, "user\0me\0options\0-c a=b\0empty\0\0last\0\0"));
  const found = await reader.opening();
  expect(found?.kind === "startup" && [...found.options]).toEqual([
    ["user", "me"],
    ["options", "-c a=b"],
    ["empty", ""],
    ["last", ""],
  ]);
  const odd = await open(opening(version3, "user\0me\0alone"));
  expect(await odd.reader.opening()).toMatchObject({ user: "me", options: new Map([["user", "me"]]) });
});

test.each([
  ["a length that is too small", int32(7)],
  ["a negative length", int32(-1)],
  ["a length of more than 64 KiB", Buffer.concat([int32(65_537), int32(version3)])],
  ["another protocol", Buffer.from("GET / HTTP/1.1\r\n\r\n")],
])("takes %s for no opening", async (_what, bytes) => {
  const { reader } = await open(bytes);
  expect(await reader.opening()).toBeUndefined();
});

test.each([
  ["nothing", Buffer.alloc(0)],
  ["half of a length", Buffer.of(0, 0)],
  ["half of a packet", startup("me").subarray(0, -3)],
])("ends when the client hangs up after %s", async (_what, bytes) => {
  const { reader } = await open(bytes, { hangsUp: true });
  expect(await reader.opening()).toBeUndefined();
  expect(await reader.message()).toBeUndefined();
});

test("reads one message after the other, and leaves what follows to the socket", async () => {
  const bytes = Buffer.concat([startup("me"), message("p", "secret\0"), message("Q", "select 1\0")]);
  const { reader, client, server } = await open(bytes);
  expect(await reader.opening()).toMatchObject({ kind: "startup" });
  expect(await reader.message()).toMatchObject({ type: "p", body: Buffer.from("secret\0") });
  expect(reader.hasMore).toBe(true);
  expect(reader.rest()).toEqual(message("Q", "select 1\0"));
  expect(reader.hasMore).toBe(false);
  client.write("later");
  const [later] = await new Promise<Buffer[]>((resolve) => {
    server.once("data", (chunk: Buffer) => resolve([chunk]));
    server.resume();
  });
  expect(later?.toString()).toBe("later");
});

test.each([
  ["a length that is too small", Buffer.concat([Buffer.from("p"), int32(3)])],
  ["a length of more than 64 KiB", Buffer.concat([Buffer.from("p"), int32(65_537)])],
])("takes %s for no message", async (_what, bytes) => {
  const { reader } = await open(bytes);
  expect(await reader.message()).toBeUndefined();
});

test("reads an empty message", async () => {
  const { reader } = await open(message("S", ""));
  expect(await reader.message()).toMatchObject({ type: "S", body: Buffer.alloc(0) });
});
