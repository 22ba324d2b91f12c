import { readFile } from "node:fs/promises";

/** Counts the processes that the system has killed for lack of memory since it started. On Linux only. */
export async function countMemoryKills(): Promise<number | undefined> {
  const text = process.platform === "linux" ? await readFile("/proc/vmstat", "utf8").catch(() => "") : "";
  const count = /^oom_kill (\d+)$/m.exec(text)?.[1];
  return count === undefined ? undefined : Number(count);
}
