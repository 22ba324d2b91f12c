import { readFile, rename, rm, writeFile } from "node:fs/promises";
import type * as z from "zod";
import { getCode, getMessage, LocalError } from "./local-error.ts";
import { withReserve } from "./reserve.ts";

/** Replaces a file whole: a reader, and a crash at any moment, sees the old text or the new one. Mode 0600. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const draft = `${path}.${process.pid}-${crypto.randomUUID().slice(0, 8)}.tmp`;
  try {
    await withReserve(async () => {
      await writeFile(draft, text, { mode: 0o600 });
      await rename(draft, path);
    });
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/**
 * Reads a JSON file that this program wrote.
 * @returns undefined when there is none
 * @throws LocalError that names the file when it holds something else.
 */
export async function readWhole<Shape>(path: string, shape: z.ZodType<Shape>): Promise<Shape | undefined> {
  try {
    return shape.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (cause) {
    if (getCode(cause) === "ENOENT") return undefined;
    throw new LocalError(`${path} is not readable: ${getMessage(cause)}`, {
      hint: "It may be from another version. 'lakebase-local reset --yes' starts anew, without the data.",
      cause,
    });
  }
}
