import type { Dirent } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { artifactNameSchema } from "../../../schemas/names.ts";
import { writeArtifact } from "../../experiments/artifacts/artifacts.ts";
import { artifactPath, type ExperimentRef } from "../../experiments/layout.ts";
import { findSystemError, retryWhileOutOfFiles } from "../../utils/processes/system-errors.ts";
import { readErrorCode } from "../../utils/read-error-code.ts";
import type { Redactor } from "../redaction/redact.ts";
import { keepFile } from "./keep-file.ts";
import { type LeftOut, noteLeftOut } from "./left-out.ts";

/** The artifact, in a command's folder, that names what was not kept of what the command left. */
const leftOutName = "left-out.txt";

/** What would stand where our own files go. */
const ownFolders = /^(stdout\.log|stderr\.log|left-out\.txt)\//;

/** How long a collection may take, and how long once its run was stopped, in milliseconds. */
const patienceMs = 120_000;
const stoppedPatienceMs = 2_000;

/**
 * Makes everything that a command left in a folder an artifact of the cycle, below the given folder and without
 * secrets, then removes what it left. Links and other special files are not followed and not kept. A file that cannot
 * be kept, for its name or because it cannot be read, keeps no other from being kept: it is left out, and named in an
 * artifact of its own. So is what time does not suffice for.
 * @param signal the run's: once it is aborted, what is left is kept in a moment or not at all
 * @throws what the machine cannot do for any file, such as writing to a full disk
 */
export async function collectArtifacts(
  ref: ExperimentRef,
  cycleId: string,
  folder: string,
  directory: string,
  redactor: Redactor,
  signal = new AbortController().signal,
): Promise<void> {
  const leftOut = noteLeftOut();
  const deadline = watchDeadline(signal);
  for await (const source of filesIn(directory, leftOut)) {
    const path = relative(directory, source);
    if (deadline.isOver()) leftOut.add(path, "there was no time left to store it");
    else if (ownFolders.test(path)) leftOut.add(path, "its folder has the name of a file of ours");
    else await keepArtifact(ref, cycleId, nameArtifact(folder, path, redactor), source, redactor, leftOut);
  }
  const text = leftOut.describe();
  if (text !== undefined) await writeArtifact(ref, cycleId, `${folder}/${leftOutName}`, redactor.text(text));
  await rm(directory, { recursive: true, force: true });
}

/** Makes a copy of one file an artifact of the cycle, without secrets, if it can be one. */
export async function keepArtifact(
  ref: ExperimentRef,
  cycleId: string,
  name: string,
  source: string,
  redactor: Redactor,
  leftOut: Pick<LeftOut, "add"> = { add: () => {} },
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
 * The name of the artifact that a suite's file becomes. A suite may name its files as it likes; artifacts have no
 * backslashes and no control characters.
 */
export function nameArtifact(folder: string, path: string, redactor: Redactor): string {
  return `${folder}/${redactor.text(path).replace(/[\p{Cc}\\]/gu, "_")}`;
}

/** The plain files below a folder. One that cannot be looked into is left out. */
async function* filesIn(directory: string, leftOut: LeftOut): AsyncGenerator<string> {
  for (const entry of await readFolder(directory, leftOut)) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* filesIn(path, leftOut);
    else if (entry.isFile()) yield path;
  }
}

async function readFolder(directory: string, leftOut: LeftOut): Promise<Dirent[]> {
  try {
    return await retryWhileOutOfFiles(() => readdir(directory, { withFileTypes: true }));
  } catch (error) {
    const why = explainOddFile(error);
    if (why === undefined) throw error;
    if (why !== explanations.ENOENT) leftOut.add(directory, why);
    return [];
  }
}

/** What may be wrong with one file, whatever the others are like. */
const explanations: Readonly<Record<string, string>> = {
  EACCES: "it may not be read",
  EPERM: "it may not be read",
  ENOENT: "it is gone",
  ENOTDIR: "a file stands where its folder would be",
  EISDIR: "a folder stands where it would be",
  EEXIST: "a file stands where its folder would be",
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
