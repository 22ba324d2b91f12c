import { Readable } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { createRedactor } from "../../../src/runs/redaction/redact.ts";

const password = "tok+en/with=signs&Ümlaut";
const redactor = createRedactor([password]);

const bytes = Buffer.from(password);
const encodings: [string, string][] = [
  ["plain", password],
  ["percent-encoded", encodeURIComponent(password)],
  ["percent-encoded in lower case", encodeURIComponent(password).toLowerCase()],
  ["JSON", JSON.stringify({ password })],
  ["hexadecimal", bytes.toString("hex")],
  ["upper-case hexadecimal", bytes.toString("hex").toUpperCase()],
  ["base64", bytes.toString("base64")],
  ["base64url", bytes.toString("base64url")],
  ["base64 behind one byte", Buffer.from(`u${password}@h`).toString("base64")],
  ["base64 behind two bytes", Buffer.from(`us${password}@h`).toString("base64")],
  ["base64 twice", Buffer.from(Buffer.from(password).toString("base64")).toString("base64")],
  [
    "base64 twice, within more",
    Buffer.from(Buffer.from(`u:${password}@h`).toString("base64")).toString("base64"),
  ],
  ["hexadecimal with colons", (bytes.toString("hex").match(/../g) ?? []).join(":")],
  ["hexadecimal with blanks", (bytes.toString("hex").match(/../g) ?? []).join(" ")],
  ["bytes of a literal", (bytes.toString("hex").match(/../g) ?? []).map((pair) => `\\x${pair}`).join("")],
  ["JSON escapes", [...password].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`).join("")],
  ["XML references", [...password].map((c) => `&#${c.charCodeAt(0)};`).join("")],
  ["XML references in hexadecimal", [...password].map((c) => `&#x${c.charCodeAt(0).toString(16)};`).join("")],
  ["broken over lines", `${password.slice(0, 9)}\r\n${password.slice(9)}`],
];

/** A few characters at the ends may stay of an encoding that mixes a secret's bits with its neighbours'. */
const recognisable = (output: string, encoded: string) =>
  output.includes(encoded.slice(4, -6)) || output.includes(password);

describe("replaces a secret in each encoding", () => {
  test.each(encodings)("%s", async (_name, encoded) => {
    const line = `before ${encoded} after`;
    expect(recognisable(redactor.text(line), encoded)).toBe(false);
    expect(redactor.text(line)).toMatch(/^before .*\[redacted\].* after$/);
    const streamed = await text(Readable.from([Buffer.from(line)]).pipe(redactor.stream()));
    expect(recognisable(streamed, encoded)).toBe(false);
  });
});

test.each([
  ["little", Buffer.from(password, "utf16le")],
  ["big", Buffer.from(password, "utf16le").swap16()],
])("replaces a secret in %s-endian UTF-16", async (_order, encoded) => {
  const output = await buffer(Readable.from([encoded]).pipe(redactor.stream()));
  expect(output.toString("latin1")).toBe("[redacted]");
});

test("replaces a secret that is split anywhere over chunks", async () => {
  const line = Buffer.from(`before ${password} after ${password}`);
  for (let cut = 1; cut < line.length; cut++) {
    const chunks = [line.subarray(0, cut), line.subarray(cut)];
    expect(await text(Readable.from(chunks).pipe(redactor.stream()))).toBe(
      "before [redacted] after [redacted]",
    );
  }
  const single = [...line].map((byte) => Buffer.from([byte]));
  expect(await text(Readable.from(single).pipe(redactor.stream()))).toBe(
    "before [redacted] after [redacted]",
  );
});

test("passes other bytes unchanged", async () => {
  const all = Buffer.from(Array.from({ length: 2048 }, (_, index) => (index * 7) % 256));
  expect(
    await buffer(Readable.from([all.subarray(0, 700), all.subarray(700)]).pipe(redactor.stream())),
  ).toEqual(all);
});

test("passes everything without secrets", async () => {
  const none = createRedactor([]);
  expect(none.text("x")).toBe("x");
  expect(await text(Readable.from([Buffer.from("x")]).pipe(none.stream()))).toBe("x");
});
