import { join } from "node:path";
import { pause, release, tryLock } from "../../utils/files/lock.ts";

/** For so long a permit goes on to the next task of this process without being offered to others, in milliseconds. */
const keptMs = 1_000;

/** Permits that this process holds or tries to take, and since when. There is no need to look who holds them. */
const held = new Map<string, number>();

/** Those of them that wait for this process's next task. */
const idle = new Set<string>();

/** Holds one of a number of numbered locks in a folder while a task runs, so that at most that many run at once. */
export async function withPermit<Result>(
  directory: string,
  permits: number,
  signal: AbortSignal,
  task: () => Promise<Result>,
): Promise<Result> {
  const paths = Array.from({ length: permits }, (_, index) => join(directory, String(index + 1)));
  let permit = await acquirePermit(paths);
  while (permit === undefined) {
    await pause(signal);
    permit = await acquirePermit(paths);
  }
  const taken = permit;
  return task().finally(() => releasePermit(taken));
}

async function acquirePermit(paths: readonly string[]): Promise<string | undefined> {
  const kept = paths.find((path) => idle.delete(path));
  if (kept !== undefined) return kept;
  for (const path of paths) {
    if (held.has(path)) continue;
    held.set(path, performance.now());
    if (await tryLock(path)) return path;
    held.delete(path);
  }
  return undefined;
}

function releasePermit(path: string): void {
  const since = held.get(path) ?? 0;
  if (performance.now() - since < keptMs) idle.add(path);
  else giveUp(path);
  setImmediate(() => {
    if (idle.delete(path)) giveUp(path);
  });
}

function giveUp(path: string): void {
  release(path);
  held.delete(path);
}
