import { link, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readField } from "../fields.ts";
import { getCode, getMessage, LocalError } from "../local-error.ts";
import { startMark } from "../process.ts";
import { withReserve } from "../reserve.ts";

/**
 * Takes the right to be the one daemon of a state directory. It lasts as long as the process and needs no release.
 * Leases are numbered files that only grow: to follow a dead holder is to create the next number, which exactly
 * one process can do, and no number is ever used twice.
 * @returns false when a living process holds it.
 */
export async function takeLease(folder: string): Promise<boolean> {
  const draft = join(folder, `${process.pid}.draft`);
  const text = JSON.stringify({ pid: process.pid, mark: await startMark(process.pid) });
  await withReserve(() => writeFile(draft, text, { mode: 0o600 }));
  try {
    for (;;) {
      const newest = (await listNumbers(folder)).at(-1) ?? 0;
      if (newest > 0 && (await isHeld(folder, newest))) return false;
      if (!(await claim(draft, join(folder, String(newest + 1))))) continue;
      const all = await listNumbers(folder);
      // Another process saw a later state of the folder, and is ahead.
      if (all.at(-1) !== newest + 1) {
        await rm(join(folder, String(newest + 1)), { force: true });
        return false;
      }
      for (const older of all.slice(0, -1)) await rm(join(folder, String(older)), { force: true });
      return true;
    }
  } finally {
    await rm(draft, { force: true });
  }
}

/** The pid of the living holder, if there is one. */
export async function findHolder(folder: string): Promise<number | undefined> {
  const newest = (await listNumbers(folder).catch(() => [])).at(-1);
  return newest === undefined ? undefined : isHeld(folder, newest);
}

async function isHeld(folder: string, number: number): Promise<number | undefined> {
  const holder = await readHolder(join(folder, String(number)));
  const pid = readField(holder, "pid");
  if (typeof pid !== "number") return undefined;
  const mark = await startMark(pid);
  return mark !== undefined && mark === readField(holder, "mark") ? pid : undefined;
}

/** @throws LocalError for a damaged file: whoever it named may still hold the lease. */
async function readHolder(path: string): Promise<unknown> {
  const text = await readFile(path, "utf8").catch(() => "null");
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new LocalError(`${path} is damaged: ${getMessage(cause)}`, {
      hint: "Remove it once no lakebase-local daemon is running.",
      cause,
    });
  }
}

/** A link is created atomically. */
async function claim(draft: string, target: string): Promise<boolean> {
  try {
    await link(draft, target);
    return true;
  } catch (error) {
    if (getCode(error) === "EEXIST") return false;
    throw error;
  }
}

async function listNumbers(folder: string): Promise<number[]> {
  const names = (await readdir(folder)).filter((name) => /^\d+$/.test(name));
  return names.map(Number).sort((left, right) => left - right);
}
