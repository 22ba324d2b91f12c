import { link, mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readRecord, temporaryName, writeJson } from "../experiments/files.ts";
import { identifySelf, isSameProcessAlive, processIdentitySchema } from "./process-identity.ts";

const waitMs = 50;

/**
 * Holds a lock while a task runs. A lock is a file that names its owner; it appears whole or not at all.
 * One whose owner is proven dead is taken over, however young; one whose owner lives is waited for, however old.
 * @param signal ends the wait with its reason
 */
export async function withLock<Result>(
  path: string,
  signal: AbortSignal,
  task: () => Promise<Result>,
): Promise<Result> {
  while (!(await tryLock(path))) await sleep(waitMs, undefined, { signal });
  try {
    return await task();
  } finally {
    await rm(path);
  }
}

/** Holds one of a number of numbered locks in a folder while a task runs, so that at most that many run at once. */
export async function withSlot<Result>(
  directory: string,
  slots: number,
  signal: AbortSignal,
  task: () => Promise<Result>,
): Promise<Result> {
  for (;;) {
    for (let slot = 1; slot <= slots; slot++) {
      const path = join(directory, String(slot));
      if (!(await tryLock(path))) continue;
      return await task().finally(() => rm(path));
    }
    await sleep(waitMs, undefined, { signal });
  }
}

/** Takes a lock if nobody alive holds it. Released by removing the file. */
export async function tryLock(path: string): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true });
  if (await create(path)) return true;
  if (await isHeld(path)) return false;
  return takeOver(path);
}

/**
 * Several may find the same dead owner. The one that gets the second lock looks again before it removes the first:
 * nobody else removes it meanwhile, and nobody can put a living owner's in its place while it is there.
 */
async function takeOver(path: string): Promise<boolean> {
  const claim = `${path}.takeover`;
  if (!(await tryLock(claim))) return false;
  try {
    if (await isHeld(path)) return false;
    await rm(path, { force: true });
    return await create(path);
  } finally {
    await rm(claim);
  }
}

async function create(path: string): Promise<boolean> {
  const temporary = join(dirname(path), temporaryName());
  await writeJson(temporary, await identifySelf());
  try {
    await link(temporary, path);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(temporary);
  }
}

/** A lock that is gone is held by nobody. */
async function isHeld(path: string): Promise<boolean> {
  const owner = await readRecord(path, processIdentitySchema);
  return owner !== undefined && (await isSameProcessAlive(owner));
}
