import { Transform } from "node:stream";
import { checkMessage } from "./check-message.ts";

/** The longest message that is read, in bytes. A longer one is rejected without ending the session. */
export const longestMessage = 10 * 2 ** 20;

/** How much of each end of an oversized message is kept, to find the id that the answer needs. In bytes. */
const kept = 4_096;

/**
 * Passes on the messages that the server can read, one per line. Messages that it cannot read are answered here: the
 * SDK would leave them unanswered, or end the session.
 * @param refuse sends an answer, a line of JSON
 */
export function readMessages(refuse: (line: string) => void): Transform {
  let parts: Buffer[] = [];
  let size = 0;
  const add = (part: Buffer) => {
    size += part.length;
    parts.push(part);
    if (size > longestMessage) parts = [cutMiddle(Buffer.concat(parts))];
  };
  const take = (): Buffer | undefined => {
    const line = Buffer.concat(parts);
    const answer = checkMessage(line, { isTooLong: size > longestMessage, size });
    parts = [];
    size = 0;
    if (answer === undefined) return line;
    if (answer !== "") refuse(answer);
    return undefined;
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      let rest = chunk;
      for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10)) {
        add(rest.subarray(0, end));
        const line = take();
        if (line !== undefined) this.push(Buffer.concat([line, Buffer.from("\n")]));
        rest = rest.subarray(end + 1);
      }
      if (rest.length > 0) add(rest);
      done();
    },
  });
}

function cutMiddle(bytes: Buffer): Buffer {
  if (bytes.length <= 2 * kept) return bytes;
  return Buffer.concat([bytes.subarray(0, kept), bytes.subarray(bytes.length - kept)]);
}
