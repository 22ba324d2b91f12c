import { linkSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CoreError } from "../core-error.ts";
import { identifySelf, isSameProcessAlive, processIdentitySchema } from "../processes/process-identity.ts";
import { readErrorCode } from "../read-error-code.ts";
import { makeTemporaryName } from "./files.ts";
import { readRecord, writeJson } from "./json.ts";

const waitMs = 20;

/** Tasks under a lock are short. A lock held longer than this, in milliseconds, is reported as stuck. */
const patienceMs = 30_000;

/**
 * Holds a lock while a task runs. A lock is a file that names its owner and is created atomically. A lock whose owner
 * is proven dead is taken over, however recent; a lock whose owner is alive is waited for, and never taken.
 * @param signal ends the wait with its reason
 * @throws CoreError `locked` if the owner is alive and does not release it
 */
export async function withLock<Result>(
  path: string,
  signal: AbortSignal,
  task: () => Promise<Result>,
): Promise<Result> {
  const deadline = performance.now() + patienceMs;
  while (!(await tryLock(path))) {
    if (performance.now() > deadline) throw await stuck(path);
    await pause(signal);
  }
  return task().finally(() => release(path));
}

/** Waits before another attempt. @param signal ends the wait with its reason */
export async function pause(signal: AbortSignal): Promise<void> {
  await sleep(waitMs, undefined, { signal }).catch(() => signal.throwIfAborted());
}

export function release(path: string): void {
  rmSync(path, { force: true });
}

async function stuck(path: string): Promise<CoreError> {
  const owner = await readRecord(path, processIdentitySchema);
  return new CoreError(
    "locked",
    `Process ${owner?.pid ?? "unknown"} holds ${path} and does not release it.`,
    {
      hint: "Call again. If it persists, end that process; its lock is released then.",
      retryable: true,
    },
  );
}

/** Removes a lock whose owner is dead. */
export async function removeAbandonedLock(path: string): Promise<void> {
  if ((await isAbandoned(path)) && (await takeOver(path))) release(path);
}

/** Takes a lock unless a living process holds it. To release it, remove the file. */
export async function tryLock(path: string): Promise<boolean> {
  if (await create(path)) return true;
  return (await isAbandoned(path)) && takeOver(path);
}

/**
 * Takes over a lock whose owner is dead. Several processes may try at once, so a second lock decides: its holder checks
 * again before removing the first. A dead owner's file is only ever removed by a holder of the second lock, so what is
 * removed here is what was checked, and never a living owner's lock.
 */
async function takeOver(path: string): Promise<boolean> {
  const claim = `${path}.takeover`;
  if (!(await tryLock(claim))) return false;
  try {
    if (!(await isAbandoned(path))) return false;
    release(path);
    return await create(path);
  } finally {
    release(claim);
  }
}

/** Creates a lock as a link to the file that names this process, so that it is atomic and takes a single call. */
async function create(path: string): Promise<boolean> {
  const directory = dirname(path);
  const owner = owners.get(directory) ?? nameOwner(directory);
  owners.set(directory, owner);
  try {
    linkSync(await owner, path);
    return true;
  } catch (error) {
    if (readErrorCode(error) === "EEXIST") return false;
    // Someone removed the folder.
    owners.delete(directory);
    throw error;
  }
}

/** By folder: the file in it that names this process. */
const owners = new Map<string, Promise<string>>();

async function nameOwner(directory: string): Promise<string> {
  const file = join(directory, makeTemporaryName());
  await writeJson(file, await identifySelf());
  if (ownFiles.size === 0) process.once("exit", () => ownFiles.forEach(release));
  ownFiles.add(file);
  return file;
}

/** The files that name this process, removed when it exits. */
const ownFiles = new Set<string>();

/** Whether a living process currently holds a lock. */
export async function isLocked(path: string): Promise<boolean> {
  const owner = await readRecord(path, processIdentitySchema);
  return owner !== undefined && (await isSameProcessAlive(owner));
}

/** Whether a lock exists whose owner is dead. A missing lock was released, and needs no takeover. */
export async function isAbandoned(path: string): Promise<boolean> {
  const owner = await readRecord(path, processIdentitySchema);
  return owner !== undefined && !(await isSameProcessAlive(owner));
}
