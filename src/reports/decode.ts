import { unreadable } from "./unreadable.ts";

/**
 * Decodes a report, by its byte order mark (PowerShell redirects as UTF-16), its XML declaration, or else as UTF-8.
 * @throws CoreError `report_unreadable` for an unknown encoding
 */
export function decodeReport(bytes: Uint8Array): string {
  const encoding = readByteOrder(bytes) ?? readDeclaration(bytes) ?? "utf-8";
  try {
    return new TextDecoder(encoding).decode(bytes);
  } catch (cause) {
    throw unreadable("text", `its encoding ${encoding} is not known`, cause);
  }
}

/** Recognizes the mark, or a zero byte in the first character, which is ASCII in all formats. */
function readByteOrder([first, second]: Uint8Array): string | undefined {
  if (first === undefined || second === undefined) return undefined;
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return "utf-16le";
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0)) return "utf-16be";
  return undefined;
}

function readDeclaration(bytes: Uint8Array): string | undefined {
  const begin = new TextDecoder("latin1").decode(bytes.subarray(0, 200));
  const [, encoding] = /^(?:ï»¿)?\s*<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(begin) ?? [];
  // A text that reads as ASCII is not UTF-16, whatever it declares: .NET names the encoding of its strings.
  return /^(?:utf-?(?:16|32)|ucs-?[24])/i.test(encoding ?? "") || begin.startsWith("ï»¿")
    ? "utf-8"
    : encoding;
}
