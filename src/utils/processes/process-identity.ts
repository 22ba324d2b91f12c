import { readFile } from "node:fs/promises";
import * as z from "zod";
import { readErrorCode } from "../read-error-code.ts";
import { retryWhileOutOfFiles } from "./system-errors.ts";

/** A process, distinguished by its start time from a later one with the same pid. */
export const processIdentitySchema = z.object({ pid: z.number().int(), started: z.string() });
export type ProcessIdentity = z.infer<typeof processIdentitySchema>;

/** @returns undefined if no such process is alive */
export async function identifyProcess(pid: number): Promise<ProcessIdentity | undefined> {
  const started = process.platform === "linux" ? await readLinuxStart(pid) : await readPsStart(pid);
  return started === undefined ? undefined : { pid, started };
}

export async function isSameProcessAlive(identity: ProcessIdentity): Promise<boolean> {
  return (await identifyProcess(identity.pid))?.started === identity.started;
}

let boot: string | undefined;

/**
 * Returns the boot id and field 22 of /proc/PID/stat: the start in ticks since boot. Fields are counted after the
 * command's name, which may itself contain spaces and parentheses. A zombie is not alive.
 */
async function readLinuxStart(pid: number): Promise<string | undefined> {
  // Only a missing process is dead: one that cannot be read for lack of file descriptors may be alive.
  const text = await retryWhileOutOfFiles(() => readFile(`/proc/${pid}/stat`, "utf8")).catch(ignoreGone);
  const fields = text?.slice(text.lastIndexOf(")") + 2).split(" ") ?? [];
  const [state, ticks] = [fields[0], fields[19]];
  if (state === undefined || state === "Z" || ticks === undefined) return undefined;
  boot ??= (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
  return `${boot}/${ticks}`;
}

function ignoreGone(error: unknown): undefined {
  const code = readErrorCode(error);
  if (code !== "ENOENT" && code !== "ESRCH") throw error;
}

async function readPsStart(pid: number): Promise<string | undefined> {
  const { execa } = await import("execa");
  // Callers may have different time zones and languages.
  const env = { LC_ALL: "C", TZ: "UTC" };
  const { stdout } = await execa("ps", ["-o", "lstart=", "-p", String(pid)], { reject: false, env });
  return stdout.trim() || undefined;
}

/** Identifies this process, for a lock or a journal. */
export async function identifySelf(): Promise<ProcessIdentity> {
  const self = await identifyProcess(process.pid);
  if (self === undefined) throw new Error("This process is not in the process table.");
  return self;
}
