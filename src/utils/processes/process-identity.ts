import { readFile } from "node:fs/promises";
import * as z from "zod";
import { readErrorCode } from "../read-error-code.ts";
import { whenFilesOpen } from "./machine-trouble.ts";

/** A process, told from a later one that got the same pid by the time it started. */
export const processIdentitySchema = z.object({ pid: z.number().int(), started: z.string() });
export type ProcessIdentity = z.infer<typeof processIdentitySchema>;

/** @returns undefined where no such process lives */
export async function identifyProcess(pid: number): Promise<ProcessIdentity | undefined> {
  const started = process.platform === "linux" ? await linuxStart(pid) : await psStart(pid);
  return started === undefined ? undefined : { pid, started };
}

export async function isSameProcessAlive(identity: ProcessIdentity): Promise<boolean> {
  return (await identifyProcess(identity.pid))?.started === identity.started;
}

let boot: string | undefined;

/**
 * The boot, and field 22 of /proc/PID/stat: the start in ticks since that boot. Fields are counted after the command's
 * name, which may itself have spaces and brackets. A zombie is not alive.
 */
async function linuxStart(pid: number): Promise<string | undefined> {
  // Only a process that is not there is dead: one that cannot be looked at for want of open files may live.
  const text = await whenFilesOpen(() => readFile(`/proc/${pid}/stat`, "utf8")).catch(ignoreGone);
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

async function psStart(pid: number): Promise<string | undefined> {
  const { execa } = await import("execa");
  // Two that ask may live in different time zones and languages.
  const env = { LC_ALL: "C", TZ: "UTC" };
  const { stdout } = await execa("ps", ["-o", "lstart=", "-p", String(pid)], { reject: false, env });
  return stdout.trim() || undefined;
}

/** This process, as a lock or a journal names it. */
export async function identifySelf(): Promise<ProcessIdentity> {
  const self = await identifyProcess(process.pid);
  if (self === undefined) throw new Error("This process is not in the process table.");
  return self;
}
