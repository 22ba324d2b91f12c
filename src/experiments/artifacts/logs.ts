import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { listFolders } from "../../utils/files/files.ts";
import { artifactPath, cycleDirectory, type ExperimentRef } from "../layout.ts";

/**
 * Names the artifact that says most about how a command ended: its stderr, or its stdout if that is empty.
 * @param folder the command's artifact folder within the cycle
 */
export function nameLog(ref: ExperimentRef, cycleId: string, folder: string): string {
  const errors = `${folder}/stderr.log`;
  const size = statSync(artifactPath(ref, cycleId, errors), { throwIfNoEntry: false })?.size ?? 0;
  return size > 0 ? errors : `${folder}/stdout.log`;
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
