import { existsSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { ignoreMissing, listEntries } from "../utils/files/files.ts";
import {
  casesName,
  cycleDirectory,
  type ExperimentRef,
  experimentPaths,
  failedFirstFolder,
  interruptedName,
} from "./layout.ts";

/** Renames the outcomes of an earlier branch, since they do not apply to the current one. */
export async function setFindingsAside(ref: ExperimentRef): Promise<void> {
  const { outcomes, reported } = experimentPaths(ref);
  await setRecordAside(outcomes);
  await setRecordAside(reported);
}

/** Renames a record, adding the time, to make room for a new one. Does nothing if there is none. */
export async function setRecordAside(path: string): Promise<void> {
  await rename(path, path.replace(/\.json$/, `.${timeStamp()}.json`)).catch(ignoreMissing);
}

/**
 * Moves a tag's files from an earlier run of the same cycle to a folder named after the time, so that an old report is
 * not mistaken for a new one. Logs of an interrupted command stay.
 */
export async function setTagAside(ref: ExperimentRef, cycleId: string, tag: string): Promise<void> {
  const directory = cycleDirectory(ref, cycleId);
  const isInterrupted = listEntries(join(directory, tag)).every(({ name }) => name === interruptedName);
  if (isInterrupted && !existsSync(join(directory, casesName(tag)))) return;
  const aside = join(directory, timeStamp());
  await mkdir(aside, { recursive: true });
  for (const name of [tag, casesName(tag), failedFirstFolder(tag)])
    await rename(join(directory, name), join(aside, name)).catch(ignoreMissing);
}

/** Lists the folders of a cycle with files that were set aside, newest first. */
export function findSetAside(ref: ExperimentRef, cycleId: string): string[] {
  const directory = cycleDirectory(ref, cycleId);
  const folders = listEntries(directory).filter(
    (entry) => entry.isDirectory() && /^\d{8}T\d{9}Z$/.test(entry.name),
  );
  return folders
    .map(({ name }) => join(directory, name))
    .sort()
    .reverse();
}

/** Formats the current time: `20260102T030405678Z`. */
function timeStamp(): string {
  return new Date().toISOString().replace(/[-:.]/g, "");
}
