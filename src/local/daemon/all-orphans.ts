import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Home } from "../home.ts";
import { endOrphan } from "../postgres/orphan.ts";
import { takeLease } from "./lease.ts";

/** Ends the servers that a killed daemon left behind, unless a new daemon has come to look after them. */
export async function endAllOrphans(home: Home): Promise<void> {
  const directories = await readdir(home.data).catch(() => []);
  if (directories.length === 0) return;
  await mkdir(home.leases, { recursive: true, mode: 0o700 });
  if (!(await takeLease(home.leases))) return;
  await Promise.all(directories.map((name) => endOrphan(join(home.data, name))));
}
