/**
 * Lists the forms in which a secret is searched for, as bytes in latin1 text: plain; UTF-16; percent-encoded once,
 * twice, or byte by byte; escaped for JSON and XML, also character by character; hexadecimal, with and without
 * separators; and base64 at each of its three alignments, once and twice. Matched ignoring case and line breaks.
 * SECURITY.md lists them, and what is not covered.
 */
export function encodeSecret(secret: string): string[] {
  const escaped = encodeURIComponent(secret);
  const plain = [secret, escaped, encodeURIComponent(escaped)];
  const json = JSON.stringify(secret).slice(1, -1);
  const texts = [
    ...plain,
    json,
    json.replaceAll("/", "\\/"),
    ...encodeAsXml(secret),
    ...encodeCharacters(secret),
  ];
  const base64 = plain.flatMap(encodeAsBase64);
  return [
    ...new Set([
      ...texts.map(asLatin1),
      ...encodeAsUtf16(secret),
      ...plain.flatMap(encodeAsHexadecimal),
      ...base64,
      ...encodeAsBase64(secret).flatMap(encodeAsBase64),
    ]),
  ];
}

const asLatin1 = (text: string) => Buffer.from(text).toString("latin1");

function encodeAsXml(secret: string): string[] {
  const escaped = secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const quoted = escaped.replaceAll('"', "&quot;");
  return [escaped, quoted, quoted.replaceAll("'", "&apos;"), quoted.replaceAll("'", "&#39;")];
}

/** Escapes each character: for JSON and JavaScript, and as references in XML and HTML. */
function encodeCharacters(secret: string): string[] {
  const units = Array.from({ length: secret.length }, (_, index) => secret.charCodeAt(index));
  const points = [...secret].map((character) => character.codePointAt(0) ?? 0);
  return [
    units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join(""),
    points.map((point) => `&#${point};`).join(""),
    points.map((point) => `&#x${point.toString(16)};`).join(""),
  ];
}

function encodeAsUtf16(secret: string): string[] {
  const bytes = Buffer.from(secret, "utf16le");
  return [bytes.toString("latin1"), Buffer.from(bytes).swap16().toString("latin1")];
}

/** Dumps separate bytes by nothing, a colon, a hyphen or a space, or prefix each: `\\x6b`, `0x6b, `, `%6b`. */
function encodeAsHexadecimal(text: string): string[] {
  const pairs = Buffer.from(text).toString("hex").match(/../g) ?? [];
  const parted = ["", ":", "-", " "].map((separator) => pairs.join(separator));
  const marked = ["%", "\\x"].map((mark) => pairs.map((pair) => mark + pair).join(""));
  return [...parted, ...marked, pairs.map((pair) => `0x${pair}`).join(", ")];
}

/** The first and last characters also hold bits of their neighbors, and are omitted. */
function encodeAsBase64(text: string): string[] {
  return [0, 1, 2].flatMap((shift) => {
    const shifted = Buffer.concat([Buffer.alloc(shift), Buffer.from(text)]).toString("base64");
    const core = shifted.replace(/=+$/, "").slice(shift === 0 ? 0 : shift + 1, -1);
    return [core, core.replaceAll("+", "-").replaceAll("/", "_")];
  });
}
