import { Transform } from "node:stream";
import { createFinder, type SecretFinder } from "./find-secrets.ts";

const mask = "[redacted]";

/** How much of a secret at the very end of a stream is taken for one that was cut off, in characters. */
const tellingStart = 8;

/**
 * Replaces secrets in what a command leaves, in whichever usual encoding they stand. All of it works on bytes as
 * latin1 text, so that whatever a command prints survives it.
 */
export interface Redactor {
  /** What it was made with, for a redactor in another process. */
  secrets: readonly string[];
  text(text: string): string;
  /** Replaces secrets that are split over chunks too. Bytes that are no secret pass unchanged. */
  stream(): Transform;
  /** The same by hand. */
  scanner(): Scanner;
  /** An upper bound of the length of a secret in any encoding, in bytes. */
  longest: number;
  /** The first place at or behind an offset that lies in no secret which begins before it. */
  outside(bytes: Buffer, offset: number): number;
}

interface Scanner {
  /** What a chunk leaves, but for what may be the beginning of a secret. */
  push(chunk: Buffer): Buffer;
  /** What was held back so; more of it may come elsewhere. */
  rest(): Buffer;
  /** The same at the end of all: nothing can follow. */
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
