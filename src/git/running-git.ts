import { existsSync } from "node:fs";
import { readFile, readlink, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CoreError } from "../utils/core-error.ts";
import { listPids } from "../utils/processes/list-pids.ts";
import { readEnvironment } from "../utils/processes/read-environment.ts";
import { retryWhileOutOfFiles } from "../utils/processes/system-errors.ts";

const pauseMs = 100;

/** How long a checkout may take, in milliseconds. */
const patienceMs = 600_000;

/**
 * Waits until no git process is running in a worktree, then removes the lock of one that was killed. A git process that
 * outlives its server is allowed to finish.
 * @throws CoreError `worktree_busy` if it does not end, or if the system cannot show whether one is running
 */
export async function waitForGit(path: string, gitDirectory: string): Promise<void> {
  const lock = join(gitDirectory, "index.lock");
  const deadline = performance.now() + patienceMs;
  while (await isGitRunning(path, gitDirectory)) {
    if (performance.now() > deadline) throw busy(path, lock);
    await sleep(pauseMs);
  }
  if (!existsSync(lock)) return;
  if (process.platform !== "linux") throw busy(path, lock);
  await rm(lock, { force: true });
}

function busy(path: string, lock: string): CoreError {
  return new CoreError("worktree_busy", `A git command is running in ${path}, or was killed there.`, {
    hint: `Call again when it has finished. If no git command is running, remove ${lock} first.`,
    retryable: true,
  });
}

/** Whether a git process is running in this worktree. Works only on Linux; elsewhere always false. */
export async function isGitRunning(path: string, gitDirectory: string): Promise<boolean> {
  if (process.platform !== "linux") return false;
  // One at a time, so that a busy machine does not run out of file descriptors.
  for (const pid of await listPids()) {
    const readProcFile = (name: string) => readFile(`/proc/${pid}/${name}`, "latin1").catch(() => "");
    if (!(await readProcFile("comm")).startsWith("git")) continue;
    const directory = await readlink(`/proc/${pid}/cwd`).catch(() => "");
    const environment = await retryWhileOutOfFiles(() => readEnvironment(pid));
    const text = `${await readProcFile("cmdline")}\0${environment}`;
    // Both were read byte for byte.
    const words = Buffer.from(text, "latin1").toString().split("\0");
    const isThere = (word: string) =>
      [path, gitDirectory].some((each) => word.replace(/^GIT_\w+=/, "") === each);
    if (isThere(directory) || words.some(isThere)) return true;
  }
  return false;
}
