import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Home } from "../home.ts";
import { endOrphan } from "../postgres/orphan.ts";
import { takeLease } from "./lease.ts";

/** Ends the servers that a killed daemon left behind. Only for the holder of the lease, before it starts any itself. */
export async function endOrphans(home: Home): Promise<void> {
  const directories = await readdir(home.data).catch(() => []);
  await Promise.all(directories.map((name) => endOrphan(join(home.data, name))));
}

/** The same where no daemon runs; one that comes in between does it itself. */
export async function endOrphansWithoutDaemon(home: Home): Promise<void> {
  const directories = await readdir(home.data).catch(() => []);
  if (directories.length === 0) return;
  await mkdir(home.leases, { recursive: true, mode: 0o700 });
  if (await takeLease(home.leases)) await endOrphans(home);
}
