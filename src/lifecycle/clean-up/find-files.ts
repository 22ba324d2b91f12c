import { rmSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { runsDirectory, stateDirectory } from "../../experiments/layout.ts";
import { findHalfWritten } from "../../experiments/sweep.ts";
import { openPortsDirectory } from "../../runs/cycle/ports.ts";
import { ignoreCoreError } from "../../utils/core-error.ts";
import { ignoreMissing } from "../../utils/files/files.ts";
import { isAbandoned, removeAbandonedLock } from "../../utils/files/lock.ts";
import { measureFolder } from "../../utils/files/measure.ts";
import type { FoundLeftover, SearchContext } from "./found-leftover.ts";

/** Finds what killed processes left among the records: half-written files, and locks they held. */
export async function findUnusedFiles({
  context: { workspace },
}: {
  context: Pick<SearchContext["context"], "workspace">;
}): Promise<FoundLeftover[]> {
  const records = stateDirectory(workspace);
  const [half, held, ports] = await Promise.all([
    findHalfWritten(records, { isDeep: true }),
    findAbandoned(runsDirectory(workspace)),
    findAbandonedPorts(),
  ]);
  return [...(await describeHalf(records, half)), ...describeHeld(records, held), ...describePorts(ports)];
}

async function describeHalf(records: string, paths: readonly string[]): Promise<FoundLeftover[]> {
  if (paths.length === 0) return [];
  const sizes = await Promise.all(paths.map(measureFolder));
  const bytes = sizes.reduce((sum, each) => sum + each, 0);
  const remove = async () => {
    const again = new Set(await findHalfWritten(records, { isDeep: true }));
    for (const path of paths.filter((each) => again.has(each)))
      rmSync(path, { recursive: true, force: true });
  };
  const what = { kind: "files" as const, name: `${paths.length} in ${records}` };
  return [{ ...what, why: "half written by processes that were killed", bytes, remove }];
}

function describeHeld(records: string, paths: readonly string[]): FoundLeftover[] {
  if (paths.length === 0) return [];
  const remove = () => Promise.all(paths.map(removeAbandonedLock));
  const why = "locks of processes that were killed";
  return [{ kind: "files", name: `${paths.length} in ${records}`, why, remove }];
}

function describePorts(paths: readonly string[]): FoundLeftover[] {
  if (paths.length === 0) return [];
  const remove = () => Promise.all(paths.map(removeAbandonedLock));
  const why = "ports that killed processes of this user had leased";
  return [{ kind: "files", name: `${paths.length} leases`, why, remove }];
}

/** If the folder of leases belongs to another user, nothing in it is ours. */
async function findAbandonedPorts(): Promise<string[]> {
  const directory = await openPortsDirectory().catch(ignoreCoreError);
  return directory === undefined ? [] : findAbandoned(directory);
}

/** Lists lock files at any depth whose owner is dead. They have a lock's extension or none. */
async function findAbandoned(folder: string): Promise<string[]> {
  const entries = (await readdir(folder, { withFileTypes: true }).catch(ignoreMissing)) ?? [];
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return entry.name === "work" ? [] : findAbandoned(path);
      const isLock = entry.isFile() && /^\d+$|\.lock$|\.takeover$/.test(entry.name);
      return isLock && (await isAbandoned(path).catch(() => false)) ? [path] : [];
    }),
  );
  return found.flat();
}
