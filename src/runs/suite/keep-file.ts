import { createWriteStream, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { open, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { makeTemporaryName } from "../../utils/files/files.ts";
import { checkRecordPath } from "../../utils/files/record-path.ts";
import { retryWhileOutOfFiles } from "../../utils/processes/system-errors.ts";
import { boundStream } from "../redaction/bounded.ts";
import type { Redactor } from "../redaction/redact.ts";

/** A larger file is neither a report that we read nor a trace that anyone opens: its middle is left out. */
export const artifactBounds = { head: 64 * 2 ** 20, tail: 2 ** 20 };

/**
 * Files up to this size are copied synchronously: three streams for each of 100,000 files would take minutes. In bytes.
 */
const smallSize = 2 ** 18;

/** How much of a larger one is read at once. In bytes. */
const partSize = 2 ** 16;

/** Copies a file without secrets. The copy appears atomically. Creates missing folders. */
export async function keepFile(target: string, source: string, redactor: Redactor): Promise<void> {
  const temporary = join(dirname(target), makeTemporaryName());
  const { size } = await stat(source);
  checkRecordPath(target);
  try {
    await retryWhileOutOfFiles(() => {
      mkdirSync(dirname(target), { recursive: true });
      return size <= smallSize
        ? copySmall(source, temporary, redactor)
        : copyLarge(source, size, temporary, redactor);
    });
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** A file may be sparse, like the memory of a process that crashed: reading all of it could take hours. */
async function copyLarge(source: string, size: number, target: string, redactor: Redactor): Promise<void> {
  const bounded = boundStream(redactor, artifactBounds);
  await using file = await open(source);
  const readParts = async function* () {
    for (let position = 0; position < size; ) {
      const unread = bounded.mayLeaveOut(size - position);
      bounded.leaveOut(unread);
      position += unread;
      const { bytesRead, buffer } = await file.read({ buffer: Buffer.alloc(partSize), position });
      // It became shorter meanwhile.
      if (bytesRead === 0) return;
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  };
  await pipeline(readParts, bounded, createWriteStream(target));
}

function copySmall(source: string, target: string, redactor: Redactor): void {
  const scanner = redactor.scanner();
  const clean = scanner.push(readFileSync(source));
  writeFileSync(target, Buffer.concat([clean, scanner.end()]));
}
