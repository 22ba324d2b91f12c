import { readdirSync } from "node:fs";
import { retryWhileOutOfFiles } from "./system-errors.ts";

/** Lists the ids of all running processes. On Linux only. */
export async function listPids(): Promise<number[]> {
  const names = await retryWhileOutOfFiles(() => readdirSync("/proc"));
  return names.filter((name) => /^\d+$/.test(name)).map(Number);
}
