import { open } from "node:fs/promises";

/** How much of each end of a file identifies what was in it. In bytes. */
const length = 4_096;

/** What was in a file before a suite started. */
export interface EarlierContent {
  size: number;
  ends: Buffer;
}

/** What a report has that shows a result: only its beginning may be the same each time. */
const result = /<testcase|^\s*(?:not )?ok\b/m;

/** Reads what identifies the results in a file; undefined if there are none. */
export async function readEarlierContent(path: string, size: number): Promise<EarlierContent | undefined> {
  const ends = await readEnds(path, size).catch(() => undefined);
  return ends !== undefined && result.test(ends.toString("latin1")) ? { size, ends } : undefined;
}

/** Whether a file begins with all that was in it before, so that something was appended. */
export async function isAppended(path: string, size: number, earlier: EarlierContent): Promise<boolean> {
  if (size <= earlier.size) return false;
  const ends = await readEnds(path, earlier.size).catch(() => undefined);
  return ends?.equals(earlier.ends) === true;
}

/** Reads both ends of the first bytes of a file. */
async function readEnds(path: string, size: number): Promise<Buffer> {
  await using file = await open(path);
  const first = await file.read({ buffer: Buffer.alloc(Math.min(length, size)), position: 0 });
  const last = await file.read({
    buffer: Buffer.alloc(first.buffer.length),
    position: size - first.buffer.length,
  });
  return Buffer.concat([first.buffer, last.buffer]);
}
