import { Transform } from "node:stream";

/** How much of each end of a log is kept, in bytes. */
const keptAtEachEnd = 1024 * 1024;

/** Passes the head of a stream as it comes and its tail at the end, with a line that says how much lies between. */
export function boundStream(limit = keptAtEachEnd): Transform {
  let room = limit;
  let tail: Buffer[] = [];
  let tailSize = 0;
  let left = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const head = chunk.subarray(0, room);
      room -= head.length;
      const rest = chunk.subarray(head.length);
      tail.push(rest);
      tailSize += rest.length;
      // Trimmed at twice the limit, so that each byte is copied at most once.
      if (tailSize > 2 * limit) {
        const joined = Buffer.concat(tail);
        left += joined.length - limit;
        tail = [Buffer.from(joined.subarray(-limit))];
        tailSize = limit;
      }
      done(null, head);
    },
    flush(done) {
      const joined = Buffer.concat(tail);
      const end = joined.subarray(-limit);
      left += joined.length - end.length;
      if (left > 0) this.push(`\n… ${left} bytes left out …\n`);
      done(null, end);
    },
  });
}
