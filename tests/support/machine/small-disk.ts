import { execFileSync, spawnSync } from "node:child_process";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { isSkipped } from "../vitest/skip.ts";
import { temporaryFolder } from "./temporary.ts";

/** Whether a file system of a test's own can be mounted. */
export const canMount = process.platform === "linux" && process.getuid?.() === 0;
isSkipped(!canMount, "full disks and read-only folders: a mount takes root on Linux");

/** Makes a folder, with what is in it, read-only for everybody until the test is done. */
export function makeReadOnly(directory: string): void {
  execFileSync("mount", ["--bind", directory, directory]);
  execFileSync("mount", ["-o", "remount,bind,ro", directory]);
  onTestFinished(() => unmount(directory));
}

/** A folder on a disk of its own, of so many megabytes. */
export async function smallDisk(megabytes: number): Promise<string> {
  const directory = await temporaryFolder();
  mountDisk(directory, `${megabytes}m`);
  return directory;
}

/** Fills a disk to its last byte. @returns the file that takes it */
export function fillDisk(directory: string): string {
  const filling = join(directory, "filling");
  for (const bytes of [2 ** 16, 512]) {
    try {
      for (;;) appendFileSync(filling, Buffer.alloc(bytes));
    } catch {
      // It is full.
    }
  }
  return filling;
}

/** Puts a disk over a folder on which folders can be made, and no file has room. */
export function mountFullDisk(directory: string): void {
  mountDisk(directory, "4k");
  writeFileSync(join(directory, "filling"), Buffer.alloc(4096));
}

function mountDisk(directory: string, size: string): void {
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", directory]);
  onTestFinished(() => unmount(directory));
}

export function unmount(directory: string): void {
  // Already gone where the test itself was done with it.
  spawnSync("umount", ["--lazy", directory]);
}
