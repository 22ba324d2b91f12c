import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { signalGroup } from "../../utils/signal-group.ts";

/** Marks every process of a command, so that one that left its group is still known as ours. */
export const markerVariable = "LAKEBASE_EXPERIMENTS_MARKER";

/** Kills a command's group, and whatever carries its marker outside of it. */
export async function endTree(pid: number | undefined, marker: string): Promise<void> {
  if (pid !== undefined) signalGroup(pid, "SIGKILL");
  await endMarked(marker);
}

/** How often a tree is looked through that goes on forking, and the pause between, in milliseconds. */
const rounds = 50;
const pauseMs = 20;

/**
 * Kills every process whose marker begins as given, until none is left. Where the system shows no environments
 * (outside Linux), there is nothing to find, and the groups are all that is ended.
 */
export async function endMarked(prefix: string): Promise<void> {
  if (process.platform !== "linux") return;
  for (let round = 0; round < rounds; round++) {
    const pids = await findMarked(prefix);
    if (pids.length === 0) return;
    pids.forEach(killIfThere);
    await sleep(pauseMs);
  }
}

async function findMarked(prefix: string): Promise<number[]> {
  const needle = `\0${markerVariable}=${prefix}`;
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, "latin1").catch(() => "");
      return `\0${environment}`.includes(needle) ? [Number(pid)] : [];
    }),
  );
  return found.flat();
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // Gone.
  }
}
