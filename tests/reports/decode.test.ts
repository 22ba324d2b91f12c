import { describe, expect, it } from "vitest";
import { decodeReport } from "../../src/reports/decode.ts";

const xml = (encoding: string) => `<?xml version="1.0" encoding="${encoding}"?><testsuite name="für"/>`;
const utf16be = (text: string) => Buffer.from(text, "utf16le").swap16();

describe("decodeReport", () => {
  it.each([
    ["UTF-8", Buffer.from("für")],
    ["UTF-8 with a mark", Buffer.from("\ufefffür")],
    ["UTF-16 with a mark, as PowerShell redirects", Buffer.from("\ufefffür", "utf16le")],
    ["big-endian UTF-16 with a mark", utf16be("\ufefffür")],
    ["UTF-16 without a mark", Buffer.from("für", "utf16le")],
    ["big-endian UTF-16 without a mark", utf16be("für")],
  ])("reads %s", (_what, bytes) => {
    expect(decodeReport(bytes)).toBe("für");
  });

  it.each([
    ["ISO-8859-1", Buffer.from(xml("ISO-8859-1"), "latin1")],
    ["windows-1252", Buffer.from(xml("windows-1252"), "latin1")],
    ["UTF-8", Buffer.from(xml("UTF-8"))],
    ["UTF-16", Buffer.from(`\ufeff${xml("UTF-16")}`, "utf16le")],
    ["utf-16", Buffer.from(xml("utf-16"))],
  ])("reads XML that declares %s", (encoding, bytes) => {
    expect(decodeReport(bytes)).toBe(xml(encoding));
  });

  it("prefers the byte order mark to the declaration", () => {
    expect(decodeReport(Buffer.from(`\ufeff${xml("ISO-8859-1")}`))).toBe(xml("ISO-8859-1"));
  });

  it("names an encoding that it does not know", () => {
    const refused = { code: "report_unreadable", message: expect.stringContaining("IBM037") };
    expect(() => decodeReport(Buffer.from(xml("IBM037")))).toThrow(expect.objectContaining(refused));
  });

  it("reads an empty report as empty", () => {
    expect(decodeReport(Buffer.alloc(0))).toBe("");
  });
});
