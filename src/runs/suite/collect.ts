import type { Dirent } from "node:fs";
import { lstat, readdir, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { artifactNameSchema } from "../../../schemas/names.ts";
import { writeArtifact } from "../../experiments/artifacts/artifacts.ts";
import { artifactPath, type ExperimentRef } from "../../experiments/layout.ts";
import { ignoreMissing } from "../../utils/files/files.ts";
import { findSystemError, retryWhileOutOfFiles } from "../../utils/processes/system-errors.ts";
import { readErrorCode } from "../../utils/read-error-code.ts";
import type { Redactor } from "../redaction/redact.ts";
import { keepFile } from "./keep-file.ts";
import { createOmittedFiles, type OmittedFiles } from "./omitted-files.ts";

/** The artifact, in a command's folder, that lists which of its files were not stored. */
const leftOutName = "left-out.txt";

/** Paths that would conflict with our own files and folders. */
const ownFiles = /^(stdout\.log|stderr\.log|left-out\.txt)\//;
const ownFolders = /^(repeat-\d+|step-\d+|fresh-branch|interrupted)$/;

/** How long collecting may take, and how long after its run was stopped, in milliseconds. */
const patienceMs = 120_000;
const stoppedPatienceMs = 2_000;

/**
 * Stores everything that a command left in a folder as artifacts of the cycle, below the given folder and without
 * secrets, then removes the originals. Links and other special files are neither followed nor stored. A file that
 * cannot be stored, because of its name or because it cannot be read, does not affect the others: it is left out, and
 * listed in an artifact. So is whatever time does not suffice for.
 * @param signal the run's: once it is aborted, the rest is stored within moments or not at all
 * @throws errors that would affect any file, such as a full disk
 */
export async function collectArtifacts(
  ref: ExperimentRef,
  cycleId: string,
  folder: string,
  directory: string,
  redactor: Redactor,
  signal = new AbortController().signal,
): Promise<void> {
  const leftOut = createOmittedFiles();
  if (await isLink(directory)) {
    // What it leads to is neither the command's own nor ours to remove.
    await rm(directory, { force: true });
    leftOut.add(".", "the command replaced this folder by a link");
  }
  const deadline = watchDeadline(signal);
  for await (const source of walkFiles(directory, leftOut)) {
    const path = relative(directory, source);
    if (deadline.isOver()) leftOut.add(path, "there was no time left to store it");
    else if (ownFiles.test(path)) leftOut.add(path, "its folder has the name of one of our files");
    else if (ownFolders.test(path)) leftOut.add(path, "it has the name of one of our folders");
    else await keepArtifact(ref, cycleId, nameArtifact(folder, path, redactor), source, redactor, leftOut);
  }
  const text = leftOut.describe();
  if (text !== undefined) await writeArtifact(ref, cycleId, `${folder}/${leftOutName}`, redactor.text(text));
  await rm(directory, { recursive: true, force: true });
}

/** Stores a copy of one file as an artifact of the cycle, without secrets, if possible. */
export async function keepArtifact(
  ref: ExperimentRef,
  cycleId: string,
  name: string,
  source: string,
  redactor: Redactor,
  leftOut: Pick<OmittedFiles, "add"> = { add: () => {} },
): Promise<void> {
  const { error } = artifactNameSchema.safeParse(name);
  if (error !== undefined) return leftOut.add(name, error.issues.map(({ message }) => message).join("; "));
  try {
    await keepFile(artifactPath(ref, cycleId, name), source, redactor);
  } catch (cause) {
    const why = explainOddFile(cause);
    if (why === undefined) throw cause;
    leftOut.add(name, why);
  }
}

/**
 * Names the artifact of a suite's file. Suites may name files as they like; artifact names have no backslashes and no
 * control characters.
 */
export function nameArtifact(folder: string, path: string, redactor: Redactor): string {
  return `${folder}/${redactor.text(path).replace(/[\p{Cc}\\]/gu, "_")}`;
}

/** Whether a command replaced a folder that we gave it by a link to another. */
export async function isLink(directory: string): Promise<boolean> {
  return (await lstat(directory).catch(ignoreMissing))?.isSymbolicLink() === true;
}

/** Lists the regular files below a folder. Unreadable folders are left out. */
async function* walkFiles(directory: string, leftOut: OmittedFiles): AsyncGenerator<string> {
  for (const entry of await readFolder(directory, leftOut)) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* walkFiles(path, leftOut);
    else if (entry.isFile()) yield path;
  }
}

async function readFolder(directory: string, leftOut: OmittedFiles): Promise<Dirent[]> {
  try {
    return await retryWhileOutOfFiles(() => readdir(directory, { withFileTypes: true }));
  } catch (error) {
    const why = explainOddFile(error);
    if (why === undefined) throw error;
    if (why !== explanations.ENOENT) leftOut.add(directory, why);
    return [];
  }
}

/** What can be wrong with a single file without affecting others. */
const explanations: Readonly<Record<string, string>> = {
  EACCES: "it cannot be read for lack of permission",
  EPERM: "it cannot be read for lack of permission",
  ENOENT: "it is gone",
  ENOTDIR: "a file exists where its folder should be",
  EISDIR: "a folder exists where it should be",
  EEXIST: "a file exists where its folder should be",
  ENAMETOOLONG: "its name is too long",
  EINVAL: "its name cannot be written here",
  EILSEQ: "its name cannot be written here",
  ELOOP: "it is a chain of links",
};

function explainOddFile(error: unknown): string | undefined {
  const code = readErrorCode(error) ?? "";
  const trouble = findSystemError(error)?.code;
  if (trouble !== undefined && trouble !== "permission_denied") return undefined;
  return Object.hasOwn(explanations, code) ? explanations[code] : undefined;
}

function watchDeadline(signal: AbortSignal) {
  let end = performance.now() + patienceMs;
  const hurry = () => {
    end = Math.min(end, performance.now() + stoppedPatienceMs);
  };
  if (signal.aborted) hurry();
  else signal.addEventListener("abort", hurry, { once: true });
  return { isOver: () => performance.now() > end };
}
