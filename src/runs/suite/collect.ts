import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { pipeline } from "node:stream/promises";
import { artifactPath, type ExperimentRef } from "../../experiments/layout.ts";
import { ignoreMissing, temporaryName } from "../../utils/files.ts";
import { boundStream } from "../redaction/bounded.ts";
import type { Redactor } from "../redaction/redact.ts";

/** A file beyond this size is no report that we read, and no trace that anyone opens: its middle is left out. */
export const artifactBounds = { head: 64 * 2 ** 20, tail: 2 ** 20 };

/**
 * Makes everything that a command left in a folder an artifact of the cycle, below the given folder and without
 * secrets, then removes what it left. Links and other special files are not followed and not kept; nor is what
 * cannot be read, which keeps no other from being kept.
 */
export async function collectArtifacts(
  ref: ExperimentRef,
  cycleId: string,
  folder: string,
  directory: string,
  redactor: Redactor,
): Promise<void> {
  const found = await readdir(directory, { recursive: true, withFileTypes: true }).catch(ignoreMissing);
  for (const file of (found ?? []).filter((entry) => entry.isFile())) {
    const source = join(file.parentPath, file.name);
    await keepFile(
      ref,
      cycleId,
      nameArtifact(folder, relative(directory, source), redactor),
      source,
      redactor,
    );
  }
  await rm(directory, { recursive: true, force: true });
}

/** Makes a copy of one file an artifact of the cycle, without secrets. What cannot be read is not kept. */
export async function keepFile(
  ref: ExperimentRef,
  cycleId: string,
  name: string,
  source: string,
  redactor: Redactor,
): Promise<void> {
  await keep(source, artifactPath(ref, cycleId, name), redactor).catch(ignoreUnreadable);
}

async function keep(source: string, target: string, redactor: Redactor): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  const temporary = join(dirname(target), temporaryName());
  try {
    const bounded = boundStream(redactor, artifactBounds);
    await pipeline(createReadStream(source), bounded, createWriteStream(temporary));
    await rename(temporary, target);
  } finally {
    await rm(temporary, { force: true });
  }
}

/**
 * The name of the artifact that a suite's file becomes. A suite may name its files as it likes; artifacts have no
 * backslashes and no control characters.
 */
export function nameArtifact(folder: string, path: string, redactor: Redactor): string {
  return `${folder}/${redactor.text(path).replace(/[\p{Cc}\\]/gu, "_")}`;
}

const unreadable = ["EACCES", "EPERM", "ENOENT", "EISDIR", "ENAMETOOLONG"];

function ignoreUnreadable(error: unknown): void {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (!unreadable.some((each) => each === code)) throw error;
}
