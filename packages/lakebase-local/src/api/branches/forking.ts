import { rename, rm } from "node:fs/promises";
import type { ForkPoint } from "../../postgres/backup.ts";
import { countMissingBytes, measureSize } from "../../postgres/disk.ts";
import { forkData } from "../../postgres/fork.ts";
import { readLastChange } from "../../postgres/history.ts";
import { ApiError, badRequest } from "../api-error.ts";
import { openEndpoint } from "../endpoints.ts";
import type { Platform } from "../platform.ts";
import type { BranchRecord } from "../records.ts";

interface Fork {
  parent: BranchRecord;
  branch: BranchRecord;
  /** The moment of the parent's history to take; its present when not given. */
  time: Date | undefined;
}

/**
 * Gives a reserved branch its data and its endpoints' ports, and writes its record, which makes it exist.
 * When anything fails, nothing of it is left.
 */
export async function forkBranch(platform: Platform, { parent, branch, time }: Fork): Promise<BranchRecord> {
  const { store, computes } = platform;
  const directory = computes.directory(branch.uid);
  const draft = `${directory}.tmp`;
  try {
    const size = await checkSpace(platform, computes.directory(parent.uid));
    const point = await copy(platform, parent, draft, time);
    await rename(draft, directory);
    const endpoints = await Promise.all(branch.endpoints.map((endpoint) => openEndpoint(platform, endpoint)));
    const made: BranchRecord = {
      ...branch,
      endpoints,
      logical_size_bytes: size,
      state_change_time: new Date().toISOString(),
      ...(branch.source && {
        source: { ...branch.source, lsn: point.lsn, time: (time ?? point.time).toISOString() },
      }),
    };
    await store.saveBranch(made);
    return made;
  } catch (error) {
    await computes.unlisten(branch.endpoints);
    await store.forgetBranch(branch.uid);
    await rm(draft, { recursive: true, force: true });
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

async function copy(
  { computes, secrets }: Platform,
  parent: BranchRecord,
  draft: string,
  time: Date | undefined,
): Promise<ForkPoint> {
  const compute = computes.of(parent.uid);
  if (time === undefined) return forkData(compute, draft, secrets);
  // Only the present is kept, so an earlier moment can be taken if nothing has changed since: before and after.
  const check = () =>
    compute.withAdmin("postgres", async (admin) => checkUnchanged(await readLastChange(admin), time));
  await check();
  const point = await forkData(compute, draft, secrets);
  await check();
  return point;
}

function checkUnchanged(changed: Date | undefined, time: Date): void {
  if (changed === undefined || changed <= time) return;
  throw badRequest(
    `cannot branch at ${time.toISOString()}: the source branch changed at ${changed.toISOString()}, ` +
      "and lakebase-local keeps no history of it",
  );
}

/** Refuses a copy that would fill the disk. @returns the size of what is to be copied, in bytes */
async function checkSpace({ limits }: Platform, source: string): Promise<number> {
  const size = await measureSize(source);
  const missing = await countMissingBytes(source, size, limits.min_free_bytes);
  if (missing === 0) return size;
  const megabytes = (bytes: number) => `${Math.ceil(bytes / 1024 ** 2)} MB`;
  throw new ApiError(
    400,
    "RESOURCE_EXHAUSTED",
    `the disk is too full for a copy of ${megabytes(size)}: ${megabytes(missing)} are missing. ` +
      "Delete branches with --purge, run 'lakebase-local gc', or free some space",
  );
}
