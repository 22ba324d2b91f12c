import { Transform } from "node:stream";

const mask = "[redacted]";

/** Replaces secrets in what a command leaves, in whichever usual encoding they stand. */
export interface Redactor {
  text(text: string): string;
  /** Replaces secrets that are split over chunks too. Bytes that are no secret pass unchanged. */
  stream(): Transform;
}

/** @param secrets values of any length; those under 6 characters are passed over, as they would match by chance */
export function createRedactor(secrets: readonly string[]): Redactor {
  const needles = [...new Set(secrets.filter((secret) => secret.length >= 6).flatMap(encodings))].sort(
    (a, b) => b.length - a.length,
  );
  if (needles.length === 0)
    return { text: (text) => text, stream: () => new Transform({ transform: passOn }) };
  const pattern = new RegExp(needles.map(escapeForPattern).join("|"), "gi");
  const text = (input: string) => input.replace(pattern, mask);
  const longest = needles[0]?.length ?? 0;
  return { text, stream: () => redactStream(text, pattern, longest) };
}

function passOn(chunk: unknown, _encoding: string, done: (error: null, chunk: unknown) => void): void {
  done(null, chunk);
}

/** Plain, percent-encoded, JSON-escaped, hexadecimal, and base64 at each of its three alignments. */
function encodings(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const base64 = [0, 1, 2].flatMap((shift) => {
    const shifted = Buffer.concat([Buffer.alloc(shift), bytes]).toString("base64");
    // The first and last characters also hold bits of the neighbours.
    const core = shifted.replace(/=+$/, "").slice(shift === 0 ? 0 : shift + 1, -1);
    return [core, core.replaceAll("+", "-").replaceAll("/", "_")];
  });
  const plain = [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    bytes.toString("hex"),
  ];
  return [...plain, ...base64].filter((needle) => needle.length >= 6);
}

function escapeForPattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** Holds back as much as could be the beginning of a secret. Works on latin1, so that any bytes survive. */
function redactStream(text: (input: string) => string, pattern: RegExp, longest: number): Transform {
  let held = "";
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      held += chunk.toString("latin1");
      const cut = safeCut(held, pattern, longest);
      const ready = held.slice(0, cut);
      held = held.slice(cut);
      done(null, Buffer.from(text(ready), "latin1"));
    },
    flush(done) {
      done(null, Buffer.from(text(held), "latin1"));
    },
  });
}

/** Where to cut so that no secret is cut in two: before the last `longest - 1` characters, or before a match that crosses. */
function safeCut(held: string, pattern: RegExp, longest: number): number {
  const cut = Math.max(0, held.length - longest + 1);
  const crossing = [...held.matchAll(pattern)].find(
    ({ index, 0: found }) => index < cut && index + found.length > cut,
  );
  return crossing?.index ?? cut;
}
