import { readFile } from "node:fs/promises";
import timers from "node:timers/promises";
import { getCode } from "./local-error.ts";

/** The arguments that a process was started with; empty when it is gone. */
export async function commandLine(pid: number): Promise<string[]> {
  if (process.platform === "linux") {
    const text = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    return text.split("\0").filter((word) => word !== "");
  }
  // Flags separate the words here: a path may hold spaces.
  return ps(pid, "args=").then((text) => text.split(/ (?=-)|(?<= -\w) /));
}

/** Tells a process from a later one with the same pid. Undefined when it is gone. */
export async function startMark(pid: number): Promise<string | undefined> {
  if (process.platform === "linux") {
    const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
    // Field 22 is the start time in clock ticks since boot; the name in field 2 may hold spaces.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : fields[19];
  }
  return (await ps(pid, "lstart=")) || undefined;
}

/** Sends a signal; a process that is gone already is fine. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (getCode(error) !== "ESRCH") throw error;
  }
}

/** Waits until a process is gone. @returns false when it still runs after `seconds`. */
export async function hasEnded(pid: number, seconds: number): Promise<boolean> {
  const deadline = performance.now() + seconds * 1000;
  const mark = await startMark(pid);
  while (mark !== undefined && (await startMark(pid)) === mark) {
    if (performance.now() > deadline) return false;
    await timers.setTimeout(20);
  }
  return true;
}

async function ps(pid: number, column: string): Promise<string> {
  // Where there is no /proc. Elsewhere a command is spared the loading.
  const { execFile } = await import("node:child_process");
  return new Promise((resolve) => {
    execFile("ps", ["-o", column, "-p", String(pid)], (error, stdout) => resolve(error ? "" : stdout.trim()));
  });
}
