import { PassThrough, Transform } from "node:stream";

const mask = "[redacted]";

/** Replaces secrets in what a command leaves, in whichever usual encoding they stand. */
export interface Redactor {
  text(text: string): string;
  /** Replaces secrets that are split over chunks too. Bytes that are no secret pass unchanged. */
  stream(): Transform;
}

/** @param secrets values of any length; those under 6 characters are passed over, as they would match by chance */
export function createRedactor(secrets: readonly string[]): Redactor {
  const needles = [...new Set(secrets.filter((secret) => secret.length >= 6).flatMap(encodings))];
  if (needles.length === 0) return { text: (text) => text, stream: () => new PassThrough() };
  // Longer ones first: a whole connection string goes as one, not around its password.
  needles.sort((a, b) => b.length - a.length);
  const pattern = new RegExp(needles.map(escapeForPattern).join("|"), "gi");
  const replace = (input: string) => input.replace(pattern, mask);
  return {
    text: (text) => Buffer.from(replace(Buffer.from(text).toString("latin1")), "latin1").toString(),
    stream: () => redactStream(replace, needles),
  };
}

/**
 * Plain, percent-encoded, JSON-escaped, hexadecimal, and base64 at each of its three alignments. All matching is done
 * on bytes as latin1 text, so that whatever a command prints survives it.
 */
function encodings(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const base64 = [0, 1, 2].flatMap((shift) => {
    const shifted = Buffer.concat([Buffer.alloc(shift), bytes]).toString("base64");
    // The first and last characters also hold bits of the neighbours.
    const core = shifted.replace(/=+$/, "").slice(shift === 0 ? 0 : shift + 1, -1);
    return [core, core.replaceAll("+", "-").replaceAll("/", "_")];
  });
  const json = JSON.stringify(secret).slice(1, -1);
  const plain = [bytes.toString("latin1"), encodeURIComponent(secret), Buffer.from(json).toString("latin1")];
  return [...plain, bytes.toString("hex"), ...base64].filter((needle) => needle.length >= 6);
}

function escapeForPattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function redactStream(replace: (input: string) => string, needles: string[]): Transform {
  const lowered = needles.map((needle) => needle.toLowerCase());
  let held = "";
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const text = replace(held + chunk.toString("latin1"));
      const cut = text.length - pendingLength(text, lowered);
      held = text.slice(cut);
      done(null, Buffer.from(text.slice(0, cut), "latin1"));
    },
    flush(done) {
      done(null, Buffer.from(held, "latin1"));
    },
  });
}

/** How many characters at the end could be the beginning of a secret. */
function pendingLength(text: string, needles: string[]): number {
  const longest = Math.max(...needles.map((needle) => needle.length)) - 1;
  const tail = text.slice(-longest).toLowerCase();
  for (let start = 0; start < tail.length; start++) {
    const end = tail.slice(start);
    if (needles.some((needle) => needle.startsWith(end))) return end.length;
  }
  return 0;
}
