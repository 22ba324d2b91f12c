import { readFile } from "node:fs/promises";
import { execa } from "execa";
import { z } from "zod";

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

/** Field 22 of /proc/PID/stat, counted after the command name, which may itself have spaces and brackets. A zombie is not alive. */
async function linuxStart(pid: number): Promise<string | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  const fields = text?.slice(text.lastIndexOf(")") + 2).split(" ");
  return fields?.[0] === "Z" ? undefined : fields?.[19];
}

async function psStart(pid: number): Promise<string | undefined> {
  const { stdout } = await execa("ps", ["-o", "lstart=", "-p", String(pid)], { reject: false });
  return stdout.trim() || undefined;
}
