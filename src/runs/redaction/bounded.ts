import { Transform } from "node:stream";
import type { Redactor } from "./redact.ts";

/** How much of each end of a stream is kept, in bytes. */
export interface Bounds {
  head: number;
  tail: number;
}

/** A stream that can do without what it would leave out anyway, if its source need not be read from end to end. */
interface BoundedStream extends Transform {
  /** Returns how many of the bytes that are left need not be written to it. */
  mayLeaveOut: (left: number) => number;
  /** Says that so many bytes were not written. */
  leaveOut: (bytes: number) => void;
}

/**
 * Passes on the head of a stream as it arrives and its tail at the end, both without secrets, with a line in between
 * that says how much was left out. Only what is kept is searched, so a gigabyte costs only a copy. A secret that
 * crosses an edge is still recognized, because the search starts a secret's length earlier.
 */
export function boundStream(redactor: Redactor, { head, tail }: Bounds): BoundedStream {
  const scanner = redactor.scanner();
  const end = createTail(tail + redactor.longest);
  let room = head;
  let skipped = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (room === 0) {
        end.push(chunk);
        return done();
      }
      const clean = scanner.push(chunk);
      const first = clean.subarray(0, room);
      room -= first.length;
      if (room === 0) end.push(Buffer.concat([clean.subarray(first.length), scanner.rest()]));
      done(null, first);
    },
    flush(done) {
      const { bytes, dropped: seen } = end.read();
      const dropped = seen + skipped;
      const start = dropped === 0 ? 0 : redactor.outside(bytes, redactor.longest);
      if (dropped > 0) this.push(`\n… ${dropped + start} bytes left out …\n`);
      this.push(scanner.push(bytes.subarray(start)));
      done(null, scanner.end());
    },
  });
  return Object.assign(stream, {
    mayLeaveOut: (left: number) => (room === 0 ? Math.max(0, left - tail - redactor.longest) : 0),
    leaveOut: (bytes: number) => {
      skipped += bytes;
    },
  });
}

/** Keeps the last bytes that are pushed, and counts those before them. */
function createTail(limit: number) {
  let chunks: Buffer[] = [];
  let size = 0;
  let dropped = 0;
  const trim = () => {
    const bytes = Buffer.concat(chunks);
    const last = bytes.subarray(Math.max(0, bytes.length - limit));
    dropped += bytes.length - last.length;
    return last;
  };
  return {
    push: (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      // Trimmed at twice the limit, so that each byte is copied at most once.
      if (size <= 2 * limit) return;
      chunks = [Buffer.from(trim())];
      size = limit;
    },
    read: () => ({ bytes: trim(), dropped }),
  };
}
