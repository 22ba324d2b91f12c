import { existsSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { entriesIn, ignoreMissing } from "../utils/files/files.ts";
import {
  casesName,
  cycleDirectory,
  type ExperimentRef,
  experimentPaths,
  failedFirstFolder,
  interruptedName,
} from "./layout.ts";

/** Keeps what an earlier branch showed under other names, since it says nothing of the one that is there now. */
export async function setFindingsAside(ref: ExperimentRef): Promise<void> {
  const { outcomes, reported } = experimentPaths(ref);
  await setRecordAside(outcomes);
  await setRecordAside(reported);
}

/** Keeps a record under a name that tells the time, to make room for a new one. Nothing where there is none. */
export async function setRecordAside(path: string): Promise<void> {
  await rename(path, path.replace(/\.json$/, `.${timeStamp()}.json`)).catch(ignoreMissing);
}

/**
 * Keeps what a tag left in a cycle that runs it again in a folder named by the time, which is no tag's: an old report
 * among the new ones would pass for one of them. The logs of a command that was interrupted stay.
 */
export async function setTagAside(ref: ExperimentRef, cycleId: string, tag: string): Promise<void> {
  const directory = cycleDirectory(ref, cycleId);
  const isInterrupted = entriesIn(join(directory, tag)).every(({ name }) => name === interruptedName);
  if (isInterrupted && !existsSync(join(directory, casesName(tag)))) return;
  const aside = join(directory, timeStamp());
  await mkdir(aside, { recursive: true });
  for (const name of [tag, casesName(tag), failedFirstFolder(tag)])
    await rename(join(directory, name), join(aside, name)).catch(ignoreMissing);
}

/** The folders of a cycle that hold what was set aside, the newest first. */
export function findSetAside(ref: ExperimentRef, cycleId: string): string[] {
  const directory = cycleDirectory(ref, cycleId);
  const folders = entriesIn(directory).filter(
    (entry) => entry.isDirectory() && /^\d{8}T\d{9}Z$/.test(entry.name),
  );
  return folders
    .map(({ name }) => join(directory, name))
    .sort()
    .reverse();
}

/** Now, as `20260102T030405678Z`. */
function timeStamp(): string {
  return new Date().toISOString().replace(/[-:.]/g, "");
}
