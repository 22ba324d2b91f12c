import { constants, type Stats, statSync } from "node:fs";
import { copyFile, lstat, mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import type { ArtifactEntry } from "../../../schemas/artifact.ts";
import { cycleIdSchema } from "../../../schemas/names.ts";
import { CoreError } from "../../utils/core-error.ts";
import {
  ignoreMissing,
  isDirectory,
  isMissing,
  isTemporary,
  listEntries,
  makeTemporaryName,
  writeAtomically,
} from "../../utils/files/files.ts";
import { checkRecordPath } from "../../utils/files/record-path.ts";
import { isValid } from "../../utils/is-valid.ts";
import { readErrorCode } from "../../utils/read-error-code.ts";
import { artifactPath, cycleDirectory, type ExperimentRef, experimentPaths } from "../layout.ts";

/**
 * Writes an artifact of a cycle, replacing one of the same name.
 * @throws CoreError `invalid_name` for a name that leads out of its folder
 */
export async function writeArtifact(
  ref: ExperimentRef,
  cycleId: string,
  name: string,
  content: string | Uint8Array,
): Promise<ArtifactEntry> {
  const path = await prepare(ref, cycleId, name);
  await writeAtomically(path, content);
  return readEntry(cycleDirectory(ref, cycleId), cycleId, path);
}

/**
 * Copies a file of any size to an artifact.
 * @throws CoreError `source_unreadable`
 */
export async function copyArtifact(
  ref: ExperimentRef,
  cycleId: string,
  name: string,
  source: string,
): Promise<ArtifactEntry> {
  const path = await prepare(ref, cycleId, name);
  const temporary = join(dirname(path), makeTemporaryName());
  try {
    if (!(await stat(source)).isFile()) throw new Error("it is not a plain file");
    await copyFile(source, temporary, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw new CoreError("source_unreadable", `Could not copy ${source}.`, {
      hint: "Pass the path of a file that exists and can be read.",
      cause,
    });
  }
  return readEntry(cycleDirectory(ref, cycleId), cycleId, path);
}

/** Lists the artifacts of one cycle or of all, sorted by cycle, then name; empty if there are none. */
export async function listArtifacts(ref: ExperimentRef, cycleId?: string): Promise<ArtifactEntry[]> {
  const cycles = cycleId === undefined ? listCycles(ref) : [cycleId];
  const lists = await Promise.all(cycles.sort().map((cycle) => listCycle(ref, cycle)));
  return lists.flat();
}

/** Lists the names of all artifacts, by cycle, without reading each file's attributes. Unsorted. */
export async function listArtifactNames(ref: ExperimentRef): Promise<Map<string, string[]>> {
  const { artifacts } = experimentPaths(ref);
  const cycles = listCycles(ref);
  return new Map(cycles.map((cycle) => [cycle, listNamesIn(artifacts + sep + cycle, "")]));
}

function listNamesIn(directory: string, prefix: string): string[] {
  const names: string[] = [];
  for (const entry of listEntries(directory)) {
    if (entry.isDirectory())
      names.push(...listNamesIn(directory + sep + entry.name, `${prefix}${entry.name}/`));
    else if (entry.isFile() && !isTemporary(entry.name)) names.push(prefix + entry.name);
  }
  return names;
}

/**
 * Reads a part of an artifact.
 * @param offset in bytes
 * @param limit in bytes
 * @returns the bytes, the offset of what follows them (null at the end), and the size of the whole artifact in bytes
 * @throws CoreError `unknown_artifact`; `invalid_name` for a name that leads out of its folder
 */
export async function readArtifact(
  ref: ExperimentRef,
  cycleId: string,
  name: string,
  { offset = 0, limit = Number.POSITIVE_INFINITY }: { offset?: number; limit?: number } = {},
): Promise<{ content: Buffer; next_offset: number | null; size: number }> {
  const path = artifactPath(ref, cycleId, name);
  await refuseLinks(ref, path);
  try {
    // Opening a pipe would block a thread until somebody writes to it.
    await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const found = await file.stat();
    if (!found.isFile()) throw unknownArtifact(ref, cycleId, name);
    const { size } = found;
    const length = Math.max(0, Math.min(limit, size - offset));
    const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, offset);
    const end = offset + bytesRead;
    return { content: buffer.subarray(0, bytesRead), next_offset: end < size ? end : null, size };
  } catch (error) {
    throw isMissing(error) ? unknownArtifact(ref, cycleId, name, error) : error;
  }
}

function unknownArtifact(ref: ExperimentRef, cycleId: string, name: string, cause?: unknown): CoreError {
  const message = `Cycle ${cycleId} of ${ref.experiment_slug} has no artifact ${name}.`;
  return new CoreError("unknown_artifact", message, {
    hint: "List the artifacts to see the existing ones.",
    cause,
  });
}

async function prepare(ref: ExperimentRef, cycleId: string, name: string): Promise<string> {
  const path = artifactPath(ref, cycleId, name);
  await refuseLinks(ref, path);
  const isTaken = await mkdir(dirname(path), { recursive: true }).then(
    () => isDirectory(path),
    (error: unknown) => isInTheWay(error),
  );
  if (!isTaken) return path;
  throw new CoreError("invalid_name", `The name ${name} is taken: it is a folder, or part of it is a file.`, {
    hint: "Use another name. List the artifacts to see those in use.",
  });
}

/** True if folders could not be made because a file is in the way. Rethrows any other error. */
function isInTheWay(error: unknown): true {
  if (["EEXIST", "ENOTDIR"].includes(readErrorCode(error) ?? "")) return true;
  throw error;
}

/** A suite may leave a symbolic link among its artifacts; following it could lead out of the folder. */
async function refuseLinks(ref: ExperimentRef, path: string): Promise<void> {
  const { directory, artifacts } = experimentPaths(ref);
  checkRecordPath(join(artifacts, "any"));
  let current = directory;
  for (const part of relative(directory, path).split(sep)) {
    current = join(current, part);
    const found = await lstat(current).catch(ignoreMissing);
    if (found === undefined) return;
    if (found.isSymbolicLink()) {
      throw new CoreError(
        "invalid_name",
        `${current} is a symbolic link, and artifacts do not follow links.`,
        {
          hint: "Use another name, or remove the link.",
        },
      );
    }
  }
}

function listCycles(ref: ExperimentRef): string[] {
  const folders = listEntries(experimentPaths(ref).artifacts).filter((entry) => entry.isDirectory());
  return folders.map(({ name }) => name).filter((name) => isValid(cycleIdSchema, name));
}

async function listCycle(ref: ExperimentRef, cycleId: string): Promise<ArtifactEntry[]> {
  const directory = cycleDirectory(ref, cycleId);
  checkRecordPath(join(directory, "any"));
  const names = listNamesIn(directory, "");
  // In place: a promise for each of very many files costs more than the files. One may go meanwhile.
  return names.sort().flatMap((name) => {
    const found = statSync(join(directory, name), { throwIfNoEntry: false });
    return found === undefined ? [] : describeEntry(directory, cycleId, name, found);
  });
}

async function readEntry(directory: string, cycleId: string, path: string): Promise<ArtifactEntry> {
  const name = relative(directory, path).split(sep).join("/");
  return describeEntry(directory, cycleId, name, await stat(path));
}

function describeEntry(
  directory: string,
  cycleId: string,
  name: string,
  { size, mtime }: Stats,
): ArtifactEntry {
  return { name, path: join(directory, name), cycle_id: cycleId, size, modified: mtime.toISOString() };
}
