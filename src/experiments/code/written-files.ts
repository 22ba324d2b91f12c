import * as z from "zod";
import { type ChangedFiles, readChangedFiles } from "../../git/changed-files.ts";
import { readRecord, writeJson } from "../../utils/files/json.ts";
import { withLock } from "../../utils/files/lock.ts";
import { type ExperimentRef, experimentPaths, mainWrittenPath } from "../layout.ts";
import type { ExperimentCode } from "./worktrees.ts";

/** `written.json`: by path, what identifies the content that a command of a cycle gave a file of the tree. */
const writtenFilesSchema = z.object({ files: z.record(z.string(), z.string()) });

/** A git command takes so many paths at most. */
const mostPaths = 1_000;

/**
 * The paths of a tree that are as a plan's commands left them: a migration's file, a folder of results. They are no
 * change of the design's code. One that was edited since is.
 * @param changed the files of the tree that differ from its commit
 * @returns relative to the top of the checkout
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

/** Remembers what changes in a tree while a command runs. What changes before and after is the design's own edit. */
export async function recordWrites<Result>(
  ref: ExperimentRef,
  code: ExperimentCode,
  run: () => Promise<Result>,
): Promise<Result> {
  // What they write there goes with it.
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

/** What one experiment's commands write into the main checkout, the others find there. */
function findPath(ref: ExperimentRef, { worktree }: ExperimentCode): string {
  return worktree === undefined ? mainWrittenPath(ref.workspace) : experimentPaths(ref).written;
}

/** A record that cannot be read excuses no change. */
async function readWritten(path: string): Promise<z.infer<typeof writtenFilesSchema>> {
  const found = await readRecord(path, writtenFilesSchema).catch(() => undefined);
  return found ?? { files: {} };
}
