import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { CoreError } from "../../utils/core-error.ts";
import { findOwnCgroup } from "./cgroup.ts";

/**
 * Counts the processes that the system has killed for lack of memory: in our own control group and those below it, or
 * on the whole machine where groups do not count them. A node of a cluster kills others' processes all the time.
 * @returns undefined outside Linux
 */
export async function countMemoryKills(): Promise<number | undefined> {
  if (process.platform !== "linux") return undefined;
  const own = findOwnCgroup();
  const inGroup = own === undefined ? undefined : await readCount(join(own, "memory.events"));
  return inGroup ?? readCount("/proc/vmstat");
}

async function readCount(path: string): Promise<number | undefined> {
  const text = await readFile(path, "utf8").catch(() => "");
  const count = /^oom_kill (\d+)$/m.exec(text)?.[1];
  return count === undefined ? undefined : Number(count);
}

/**
 * Refuses a suite or a setup that failed while the system killed a process for lack of memory: a runner reports a failed
 * test if that was one of its workers. Which process it was is not known.
 * @param before how many had been killed when it began
 * @throws CoreError `out_of_memory`
 */
export async function refuseMemoryKill(before: number | undefined): Promise<void> {
  const now = await countMemoryKills();
  if (before === undefined || now === undefined || now <= before) return;
  const what = "The command failed, and the system killed a process for lack of memory while it ran.";
  throw new CoreError("out_of_memory", what, {
    hint: "Run the experiment again, with fewer at once or on a machine with more memory.",
    retryable: true,
  });
}
