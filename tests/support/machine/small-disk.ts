import { execFileSync, spawnSync } from "node:child_process";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { isSkipped } from "../vitest/skip.ts";
import { temporaryFolder } from "./temporary.ts";

/** Whether a test can mount its own file system. */
export const canMount = process.platform === "linux" && process.getuid?.() === 0;
isSkipped(!canMount, "full disks and read-only folders: a mount takes root on Linux");

/** Makes a folder and its contents read-only for everyone until the test is done. */
export function makeReadOnly(directory: string): void {
  execFileSync("mount", ["--bind", directory, directory]);
  execFileSync("mount", ["-o", "remount,bind,ro", directory]);
  onTestFinished(() => unmount(directory));
}

/** Creates a folder on its own disk, of the given size in megabytes. */
export async function smallDisk(megabytes: number): Promise<string> {
  const directory = await temporaryFolder();
  mountDisk(directory, `${megabytes}m`);
  return directory;
}

/** Fills a disk to the last byte. @returns the file that fills it */
export function fillDisk(directory: string): string {
  const filling = join(directory, "filling");
  for (const bytes of [2 ** 16, 512]) {
    try {
      for (;;) appendFileSync(filling, Buffer.alloc(bytes));
    } catch {
      // The disk is full.
    }
  }
  return filling;
}

/** Mounts a disk over a folder on which folders can be created but files have no space. */
export function mountFullDisk(directory: string): void {
  mountDisk(directory, "4k");
  writeFileSync(join(directory, "filling"), Buffer.alloc(4096));
}

function mountDisk(directory: string, size: string): void {
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", directory]);
  onTestFinished(() => unmount(directory));
}

export function unmount(directory: string): void {
  // Already gone if the test itself unmounted it.
  spawnSync("umount", ["--lazy", directory]);
}
