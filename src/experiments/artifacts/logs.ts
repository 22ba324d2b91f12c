import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { listFolders } from "../../utils/files/files.ts";
import { artifactPath, cycleDirectory, type ExperimentRef } from "../layout.ts";

/** A longer log has something to read in it. In bytes. */
const longest = 4_096;

/**
 * Names the artifact that says most about how a command ended: its stderr, or its stdout if that shows nothing. Maven
 * writes only the code there that resets colours.
 * @param folder the command's artifact folder within the cycle
 */
export function nameLog(ref: ExperimentRef, cycleId: string, folder: string): string {
  const errors = `${folder}/stderr.log`;
  const path = artifactPath(ref, cycleId, errors);
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  return size > longest || (size > 0 && !isBlank(path)) ? errors : `${folder}/stdout.log`;
}

function isBlank(path: string): boolean {
  return stripVTControlCharacters(readFileSync(path, "utf8")).trim() === "";
}

/**
 * Finds the log that explains why a tag was not measured: that of its last repeat. An absolute path; undefined if no
 * log was kept.
 */
export async function findLog(ref: ExperimentRef, cycleId: string, tag: string): Promise<string | undefined> {
  const repeats = (await listFolders(join(cycleDirectory(ref, cycleId), tag)))
    .map((name) => Number(/^repeat-(\d{1,3})$/.exec(name)?.[1] ?? 1))
    .filter((repeat) => repeat > 1);
  const folder = repeats.length === 0 ? tag : `${tag}/repeat-${Math.max(...repeats)}`;
  const path = artifactPath(ref, cycleId, nameLog(ref, cycleId, folder));
  return existsSync(path) ? path : undefined;
}
