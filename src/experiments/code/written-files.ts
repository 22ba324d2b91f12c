import * as z from "zod";
import { type ChangedFiles, identifyFiles } from "../../git/changed-files.ts";
import { readStatus, type Status } from "../../git/status.ts";
import { readRecord, writeJson } from "../../utils/files/json.ts";
import { withLock } from "../../utils/files/lock.ts";
import { type ExperimentRef, experimentPaths, mainWrittenPath } from "../layout.ts";
import type { CheckedCode, ExperimentCode } from "./worktrees.ts";

/** `written.json` */
const writtenFilesSchema = z.object({
  /** The fingerprint of the content that a cycle's command gave each file, by path. */
  files: z.record(z.string(), z.string()),
  /**
   * Those that git tracks and that changed while a suite ran. Few suites write such files; somebody who goes on working
   * on the design does.
   */
  in_doubt: z.array(z.string()).default([]),
});

type WrittenFiles = z.infer<typeof writtenFilesSchema>;

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
  return (await findWritten(ref, code, changed)).paths;
}

/** Finds those of the written paths that somebody may have edited while a suite ran. */
export async function findPathsInDoubt(
  ref: ExperimentRef,
  code: ExperimentCode,
  changed: ChangedFiles | undefined,
): Promise<string[]> {
  const { paths, in_doubt } = await findWritten(ref, code, changed);
  return paths.filter((path) => in_doubt.includes(path));
}

async function findWritten(
  ref: ExperimentRef,
  code: ExperimentCode,
  changed: ChangedFiles | undefined,
): Promise<{ paths: string[]; in_doubt: readonly string[] }> {
  if (changed === undefined || changed.size === 0) return { paths: [], in_doubt: [] };
  const { files, in_doubt } = await readWritten(findPath(ref, code));
  const paths = [...changed].filter(([path, content]) => files[path] === content).map(([path]) => path);
  return { paths: paths.length > mostPaths ? [] : paths, in_doubt };
}

/**
 * Records what changed in a tree since its watch began. To be called as soon as the command has ended.
 * @returns the tree's state now; undefined if it was not read, or if git failed
 */
export type WritesWatch = () => Promise<Status | undefined>;

/**
 * Begins to watch what changes in a tree while a command runs. Earlier and later changes are the design's own edits.
 * @param isSuite whether the command is a suite; a setup may well write files that git tracks
 */
export async function watchWrites(
  ref: ExperimentRef,
  { code, status }: CheckedCode,
  isSuite: boolean,
): Promise<WritesWatch> {
  // A scratch worktree is deleted together with whatever they write there.
  if (code.worktree?.known_by === "scratch") return async () => undefined;
  const { root } = code;
  const before = await identifyFiles(root, status ?? (await readStatus(root)));
  return async () => {
    const now = await readStatus(root);
    const after = await identifyFiles(root, now);
    if (before === undefined || after === undefined || now === undefined) return now;
    const untracked = new Set(now.untracked);
    const isInDoubt = (path: string) => isSuite && !untracked.has(path);
    await record(findPath(ref, code), before, after, isInDoubt);
    return now;
  };
}

async function record(
  path: string,
  before: ChangedFiles,
  after: ChangedFiles,
  isInDoubt: (path: string) => boolean,
): Promise<void> {
  const changed = [...after].filter(([name, content]) => before.get(name) !== content);
  if (changed.length === 0) return;
  // Experiments in the main checkout run at the same time.
  await withLock(`${path}.lock`, new AbortController().signal, async () => {
    const known = await readWritten(path);
    // What was edited before the command stays the design's own, whoever changes it further.
    const isOwn = (name: string) => before.has(name) && before.get(name) !== known.files[name];
    const written = new Map(changed.filter(([name]) => !isOwn(name)));
    if (written.size === 0) return;
    const kept = Object.entries(known.files).filter(([name]) => after.has(name));
    const isSetups = (name: string) => Object.hasOwn(known.files, name) && !known.in_doubt.includes(name);
    const doubted = [...written.keys()].filter((name) => isInDoubt(name) && !isSetups(name));
    const doubtedBefore = known.in_doubt.filter((name) => after.has(name) && !written.has(name));
    await writeJson(path, {
      files: Object.fromEntries([...kept, ...written]),
      in_doubt: [...doubtedBefore, ...doubted],
    });
  });
}

/** Experiments in the main checkout share it, and so also the record of what was written there. */
function findPath(ref: ExperimentRef, { worktree }: ExperimentCode): string {
  return worktree === undefined ? mainWrittenPath(ref.workspace) : experimentPaths(ref).written;
}

/** An unreadable record excuses no change. */
async function readWritten(path: string): Promise<WrittenFiles> {
  const found = await readRecord(path, writtenFilesSchema).catch(() => undefined);
  return found ?? { files: {}, in_doubt: [] };
}
