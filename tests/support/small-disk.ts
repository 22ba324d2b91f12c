import { execFileSync } from "node:child_process";
import { onTestFinished } from "vitest";
import { temporaryFolder } from "./temporary.ts";

/** Whether a file system of a test's own can be mounted; else the reason why its tests are skipped is printed. */
export const canMount = process.platform === "linux" && process.getuid?.() === 0;
if (!canMount) process.stderr.write("skipped: a full disk needs a mount, which takes root on Linux\n");

/** A folder on a disk of its own, of so many megabytes. */
export async function smallDisk(megabytes: number): Promise<string> {
  const directory = await temporaryFolder();
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", directory]);
  onTestFinished(() => void execFileSync("umount", ["--lazy", directory]));
  return directory;
}
