/** A form in which a secret may be printed, as bytes in latin1 text. */
export interface Needle {
  text: string;
  /** Tools break it into lines. */
  mayWrap: boolean;
}

/**
 * Plain; percent-encoded once, twice, or byte by byte; JSON- and XML-escaped; hexadecimal; and base64 at each of its
 * three alignments. Matched without regard to case.
 */
export function encodingsOf(secret: string): Needle[] {
  const escaped = encodeURIComponent(secret);
  const plain = [...new Set([secret, escaped, encodeURIComponent(escaped)])];
  const json = JSON.stringify(secret).slice(1, -1);
  const texts = [...plain, json, json.replaceAll("/", "\\/"), ...xmlForms(secret)];
  const hexadecimal = plain.map((text) => Buffer.from(text).toString("hex"));
  const percents = hexadecimal[0]?.replace(/../g, "%$&") ?? "";
  const unbroken = [...texts.map(asLatin1), ...hexadecimal, percents];
  return [
    ...[...new Set(unbroken)].map((text) => ({ text, mayWrap: false })),
    ...[...new Set(plain.flatMap(base64Forms))].map((text) => ({ text, mayWrap: true })),
  ];
}

const asLatin1 = (text: string) => Buffer.from(text).toString("latin1");

function xmlForms(secret: string): string[] {
  const escaped = secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const quoted = escaped.replaceAll('"', "&quot;");
  return [escaped, quoted, quoted.replaceAll("'", "&apos;"), quoted.replaceAll("'", "&#39;")];
}

/** The first and last characters also hold bits of the neighbours, and are left out. */
function base64Forms(text: string): string[] {
  return [0, 1, 2].flatMap((shift) => {
    const shifted = Buffer.concat([Buffer.alloc(shift), Buffer.from(text)]).toString("base64");
    const core = shifted.replace(/=+$/, "").slice(shift === 0 ? 0 : shift + 1, -1);
    return [core, core.replaceAll("+", "-").replaceAll("/", "_")];
  });
}
