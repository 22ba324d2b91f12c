import * as z from "zod";
import { type ChangedFiles, identifyFiles } from "../../git/changed-files.ts";
import { readStatus, type Status } from "../../git/status.ts";
import { readRecord, writeJson } from "../../utils/files/json.ts";
import { withLock } from "../../utils/files/lock.ts";
import { type ExperimentRef, experimentPaths, mainWrittenPath } from "../layout.ts";
import type { CheckedCode, ExperimentCode } from "./worktrees.ts";

/** `written.json`: the fingerprint of the content that a cycle's command gave each file, by path. */
const writtenFilesSchema = z.object({ files: z.record(z.string(), z.string()) });

/** A git command takes at most this many paths. */
const mostPaths = 1_000;

/**
 * Finds files that are as the plan's commands left them, such as a generated migration or a folder of results. They do
 * not count as changes of the design's code, unless they were edited since.
 * @param changed the files of the tree that differ from its commit
 * @returns paths relative to the top of the checkout
 */
export async function findWrittenPaths(
  ref: ExperimentRef,
  code: ExperimentCode,
  changed: ChangedFiles | undefined,
): Promise<string[]> {
  if (changed === undefined || changed.size === 0) return [];
  const { files } = await readWritten(findPath(ref, code));
  const paths = [...changed].filter(([path, content]) => files[path] === content).map(([path]) => path);
  return paths.length > mostPaths ? [] : paths;
}

/**
 * Records what changed in a tree since its watch began. To be called as soon as the command has ended.
 * @returns the tree's state now; undefined if it was not read, or if git failed
 */
export type WritesWatch = () => Promise<Status | undefined>;

/** Begins to watch what changes in a tree while a command runs. Earlier and later changes are the design's own edits. */
export async function watchWrites(ref: ExperimentRef, { code, status }: CheckedCode): Promise<WritesWatch> {
  // A scratch worktree is deleted together with whatever they write there.
  if (code.worktree?.known_by === "scratch") return async () => undefined;
  const { root } = code;
  const before = await identifyFiles(root, status ?? (await readStatus(root)));
  return async () => {
    const now = await readStatus(root);
    const after = await identifyFiles(root, now);
    if (before !== undefined && after !== undefined) await record(findPath(ref, code), before, after);
    return now;
  };
}

async function record(path: string, before: ChangedFiles, after: ChangedFiles): Promise<void> {
  const written = [...after].filter(([name, content]) => before.get(name) !== content);
  if (written.length === 0) return;
  // Experiments in the main checkout run at the same time.
  await withLock(`${path}.lock`, new AbortController().signal, async () => {
    const known = Object.entries((await readWritten(path)).files);
    const kept = known.filter(([name]) => after.has(name));
    await writeJson(path, { files: Object.fromEntries([...kept, ...written]) });
  });
}

/** Experiments in the main checkout share it, and so also the record of what was written there. */
function findPath(ref: ExperimentRef, { worktree }: ExperimentCode): string {
  return worktree === undefined ? mainWrittenPath(ref.workspace) : experimentPaths(ref).written;
}

/** An unreadable record excuses no change. */
async function readWritten(path: string): Promise<z.infer<typeof writtenFilesSchema>> {
  const found = await readRecord(path, writtenFilesSchema).catch(() => undefined);
  return found ?? { files: {} };
}
