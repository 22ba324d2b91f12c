import { setTimeout as sleep } from "node:timers/promises";
import { CoreError } from "../../utils/core-error.ts";
import { startGit } from "../git.ts";

/** A git branch that no one else can move until it is advanced or released. */
export interface LockedBranch extends AsyncDisposable {
  /** Moves the branch to the commit it is locked for. @throws CoreError `target_not_advanced` */
  advance: () => Promise<void>;
}

/** How often to try for a lock that another git process holds, and how long to wait in between, in milliseconds. */
const tries = 20;
const pauseMs = 250;

/**
 * Locks a git branch at a commit, using git's own lock, so that the work done meanwhile and the branch's move are
 * atomic. If we are killed, git sees its input end and releases the lock.
 * @param branch without `refs/heads/`
 * @param message for the reflog
 * @throws CoreError `target_moved` if the branch is elsewhere, `target_locked` if another git process holds it
 */
export async function lockBranch(directory: string, branch: string, move: LockedMove): Promise<LockedBranch> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await tryToLock(directory, branch, move);
    } catch (error) {
      const isLocked = error instanceof CoreError && error.code === "target_locked";
      if (!isLocked || attempt === tries) throw error;
    }
    await sleep(pauseMs);
  }
}

interface LockedMove {
  from: string;
  to: string;
  message: string;
}

async function tryToLock(
  directory: string,
  branch: string,
  { from, to, message }: LockedMove,
): Promise<LockedBranch> {
  const { process } = await startGit(directory, ["update-ref", "-m", message, "--stdin"]);
  const answers = process.iterable();
  const say = async (...commands: string[]): Promise<boolean> => {
    for (const command of commands) {
      process.stdin.write(`${command}\n`);
      const isAnswered = !command.startsWith("update ");
      if (isAnswered && (await answers.next()).done === true) return false;
    }
    return true;
  };
  process.stdin.on("error", () => {});
  const end = async () => {
    process.stdin.end();
    return process;
  };
  if (!(await say("start", `update refs/heads/${branch} ${to} ${from}`, "prepare"))) {
    throw refused(branch, from, (await end()).stderr);
  }
  return {
    advance: async () => {
      if (await say("commit")) return;
      throw new CoreError(
        "target_not_advanced",
        `git could not move ${branch} to ${to}: ${(await end()).stderr}`,
        { hint: "Fix what git reports, then call again: it continues from here.", retryable: true },
      );
    },
    [Symbol.asyncDispose]: async () => {
      await end();
    },
  };
}

function refused(branch: string, from: string, stderr: string): CoreError {
  const cause = stderr.trim().split("\n")[0] ?? "";
  if (/is at [0-9a-f]+ but expected|unable to resolve reference/.test(cause)) {
    return new CoreError("target_moved", `The git branch ${branch} is no longer at ${from.slice(0, 12)}.`, {
      hint: "Verify again, so that the verification includes the change.",
    });
  }
  if (cause.includes("aborted by hook")) {
    return new CoreError(
      "target_refused",
      `A hook of the repository refuses to move ${branch}: ${stderr.trim()}`,
      {
        hint: "Satisfy the hook, then call again.",
      },
    );
  }
  return new CoreError("target_locked", `git cannot lock the git branch ${branch}: ${cause}`, {
    hint: "Call again when the other git command has finished. If none is running, remove the lock file that git names.",
    retryable: true,
  });
}
