import * as z from "zod";
import { type ChangedFiles, readChangedFiles } from "../../git/changed-files.ts";
import { readRecord, writeJson } from "../../utils/files/json.ts";
import { withLock } from "../../utils/files/lock.ts";
import { type ExperimentRef, experimentPaths, mainWrittenPath } from "../layout.ts";
import type { ExperimentCode } from "./worktrees.ts";

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

/** Records what changes in a tree while a command runs. Earlier and later changes are the design's own edits. */
export async function recordWrites<Result>(
  ref: ExperimentRef,
  code: ExperimentCode,
  run: () => Promise<Result>,
): Promise<Result> {
  // A scratch worktree is deleted together with whatever they write there.
  if (code.worktree?.known_by === "scratch") return run();
  const before = await readChangedFiles(code.root);
  try {
    return await run();
  } finally {
    const after = await readChangedFiles(code.root);
    if (before !== undefined && after !== undefined) await record(findPath(ref, code), before, after);
  }
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
