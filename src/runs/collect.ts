import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { pipeline } from "node:stream/promises";
import { temporaryName } from "../experiments/files.ts";
import { artifactPath, type ExperimentRef } from "../experiments/layout.ts";
import type { Redactor } from "./redact.ts";

/**
 * Makes everything that a command left in its folder an artifact of the cycle, below the given folder and without
 * secrets, then removes the folder. Links and other special files are not followed and not kept.
 */
export async function collectArtifacts(
  ref: ExperimentRef,
  cycleId: string,
  folder: string,
  directory: string,
  redactor: Redactor,
): Promise<void> {
  const found = await readdir(directory, { recursive: true, withFileTypes: true });
  for (const file of found.filter((entry) => entry.isFile())) {
    const source = join(file.parentPath, file.name);
    const target = artifactPath(ref, cycleId, `${folder}/${relative(directory, source)}`);
    await mkdir(dirname(target), { recursive: true });
    const temporary = join(dirname(target), temporaryName());
    await pipeline(createReadStream(source), redactor.stream(), createWriteStream(temporary));
    await rename(temporary, target);
  }
  await rm(directory, { recursive: true, force: true });
}
