import { existsSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Closed, type Closing, closedSchema, closingSchema } from "../../schemas/experiment/closed.ts";
import { CoreError } from "../utils/core-error.ts";
import { ignoreMissing, listFolders } from "../utils/files/files.ts";
import { readRecord, writeJson } from "../utils/files/json.ts";
import { checkRecordPath } from "../utils/files/record-path.ts";
import {
  archiveDirectory,
  archivedPaths,
  archivePath,
  type ExperimentRef,
  experimentPaths,
  promotionPaths,
} from "./layout.ts";
import { listAllRefs } from "./list-refs.ts";

/** A closed experiment, and the archive folder with its records. */
export interface ClosedExperiment extends Closed {
  /** Absolute. */
  directory: string;
}

/** Lists the closed experiments with a slug, most recent first; empty if there are none. */
export async function readClosed(ref: ExperimentRef): Promise<ClosedExperiment[]> {
  const all = await listClosed(ref.workspace, ref.feature_id);
  return all.filter(({ experiment_slug }) => experiment_slug === ref.experiment_slug);
}

/** Lists the closed experiments of a feature, or of all features, most recent first. Unreadable records are skipped. */
export async function listClosed(workspace: string, featureId?: string): Promise<ClosedExperiment[]> {
  const root = archiveDirectory(workspace);
  const features = featureId === undefined ? await listFolders(root) : [featureId];
  const lists = await Promise.all(
    features.map(async (name) => {
      const directory = join(root, name);
      return (await listFolders(directory)).map((folder) => readFolder(join(directory, folder)));
    }),
  );
  const found = await Promise.all(lists.flat());
  return found.filter((each) => each !== undefined).sort((a, b) => (a.closed_at < b.closed_at ? 1 : -1));
}

async function readFolder(directory: string): Promise<ClosedExperiment | undefined> {
  const closed = await readRecord(archivedPaths(directory).closed, closedSchema).catch(() => undefined);
  return closed && { ...closed, directory };
}

/**
 * Reads how an experiment is being closed; undefined if it is not.
 * @throws CoreError `record_unreadable`
 */
export function readClosing(ref: ExperimentRef): Promise<Closing | undefined> {
  return readRecord(experimentPaths(ref).closed, closingSchema);
}

/** Lists the experiments that are being closed, or whose closing was interrupted. */
export async function listClosing(workspace: string): Promise<ExperimentRef[]> {
  const refs = await listAllRefs(workspace);
  return refs.filter((ref) => existsSync(experimentPaths(ref).closed));
}

/**
 * Throws if closing the experiment has begun.
 * @throws CoreError `closing_unfinished`
 */
export async function refuseClosing(ref: ExperimentRef): Promise<void> {
  if (!existsSync(experimentPaths(ref).closed)) return;
  const what = `${ref.experiment_slug} is being closed, or closing it was interrupted.`;
  throw new CoreError("closing_unfinished", what, {
    hint: `Close ${ref.experiment_slug} again to finish.`,
    retryable: true,
  });
}

/** The error for a call that names a closed experiment. */
export function experimentClosed({ experiment_slug }: ExperimentRef, closed: ClosedExperiment): CoreError {
  const what = `${experiment_slug} was closed at ${closed.closed_at} (${closed.status}).`;
  return new CoreError("experiment_closed", what, {
    hint: `Its records are in ${closed.directory}. Creating it again makes a new one that continues from its git branch.`,
  });
}

/** Records how an experiment is being closed. From then on it no longer counts as an experiment. */
export async function writeClosing(ref: ExperimentRef, closing: Closing): Promise<void> {
  await writeJson(experimentPaths(ref).closed, closing);
}

/**
 * Moves the records of a closed experiment to the archive, including those of its promotion.
 * @returns the archive folder
 */
export async function archiveRecord(ref: ExperimentRef, { closed_at }: Closed): Promise<string> {
  const { directory } = experimentPaths(ref);
  const first = archivePath(ref);
  const archived = existsSync(first) ? archivePath(ref, closed_at) : first;
  checkRecordPath(archived);
  await mkdir(dirname(archived), { recursive: true });
  await rename(promotionPaths(ref).directory, archivedPaths(directory).promotion).catch(ignoreMissing);
  await rename(directory, archived);
  return archived;
}
