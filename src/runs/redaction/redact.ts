import { Transform } from "node:stream";
import { createFinder, type SecretFinder } from "./find-secrets.ts";

const mask = "[redacted]";

/** How many characters of a secret at the very end of a stream suffice to treat them as a truncated secret. */
const tellingStart = 8;

/**
 * Replaces secrets in a command's output and files, in any common encoding. Works on bytes as latin1 text, so that
 * arbitrary output is preserved.
 */
export interface Redactor {
  /** The secrets it was created with, for a redactor in another process. */
  secrets: readonly string[];
  text(text: string): string;
  /** Also replaces secrets that are split across chunks. Other bytes pass unchanged. */
  stream(): Transform;
  /** Does the same chunk by chunk. */
  scanner(): Scanner;
  /** An upper bound for the length of a secret in any encoding, in bytes. */
  longest: number;
  /** Returns the first position at or after an offset that is not inside a secret beginning before it. */
  outside(bytes: Buffer, offset: number): number;
}

interface Scanner {
  /** Returns a chunk's output, except what may be the beginning of a secret. */
  push(chunk: Buffer): Buffer;
  /** Returns what was held back; more of it may follow elsewhere. */
  rest(): Buffer;
  /** Returns what was held back at the end of the stream, where nothing can follow. */
  end(): Buffer;
}

export function createRedactor(secrets: readonly string[]): Redactor {
  const finder = createFinder(secrets);
  const scanner = () => createScanner(finder);
  return {
    secrets,
    text: (text) => Buffer.from(replace(Buffer.from(text).toString("latin1"), finder), "latin1").toString(),
    scanner,
    stream: () => asTransform(scanner()),
    longest: finder.longest,
    outside: (bytes, offset) => {
      const spans = finder.find(bytes.subarray(0, offset + finder.longest).toString("latin1"));
      return spans.find(([start, end]) => start < offset && end > offset)?.[1] ?? offset;
    },
  };
}

function replace(text: string, { find }: SecretFinder): string {
  let clean = "";
  let done = 0;
  for (const [start, end] of find(text)) {
    clean += text.slice(done, start) + mask;
    done = end;
  }
  return clean + text.slice(done);
}

function createScanner(finder: SecretFinder): Scanner {
  let held = "";
  const take = () => {
    const rest = held;
    held = "";
    return rest;
  };
  return {
    push: (chunk) => {
      const text = replace(take() + chunk.toString("latin1"), finder);
      const cut = text.length - finder.pendingLength(text);
      held = text.slice(cut);
      return Buffer.from(text.slice(0, cut), "latin1");
    },
    rest: () => Buffer.from(take(), "latin1"),
    end: () => {
      const rest = take();
      return Buffer.from(rest.length < tellingStart ? rest : mask, "latin1");
    },
  };
}

function asTransform(scanner: Scanner): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      done(null, scanner.push(chunk));
    },
    flush(done) {
      done(null, scanner.end());
    },
  });
}
