import { rename, rm } from "node:fs/promises";
import { forkData } from "../postgres/fork.ts";
import { openEndpoint } from "./endpoints.ts";
import type { Platform } from "./platform.ts";
import type { BranchRecord, ProjectRecord } from "./records.ts";

/** A place on the parent's history: by time, by LSN, or its end. */
export interface PointInTime {
  time?: Date;
  lsn?: string;
}

interface Fork {
  project: ProjectRecord;
  parent: BranchRecord;
  branch: BranchRecord;
  point: PointInTime;
}

/**
 * Gives a reserved branch its data and its endpoints' ports, and writes its record, which makes it exist.
 * When anything fails, nothing of it is left.
 */
export async function forkBranch(platform: Platform, { parent, branch }: Fork): Promise<BranchRecord> {
  const { store, computes, secrets } = platform;
  const directory = computes.directory(branch.uid);
  const draft = `${directory}.tmp`;
  try {
    const { lsn, time } = await forkData(computes.of(parent.uid), draft, secrets);
    await rename(draft, directory);
    const endpoints = await Promise.all(branch.endpoints.map((endpoint) => openEndpoint(platform, endpoint)));
    const made: BranchRecord = {
      ...branch,
      endpoints,
      state_change_time: new Date().toISOString(),
      ...(branch.source && { source: { ...branch.source, lsn, time: time.toISOString() } }),
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
