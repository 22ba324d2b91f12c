import { extname } from "node:path";
import * as z from "zod";
import { type ChangedFiles, identifyAllChanges } from "../../git/changes/changed-files.ts";
import { readStatus, type Status } from "../../git/changes/status.ts";
import { git } from "../../git/git.ts";
import { readRecord, writeJson } from "../../utils/files/json.ts";
import { withLock } from "../../utils/files/lock.ts";
import { type ExperimentRef, experimentPaths, mainWrittenPath } from "../layout.ts";
import type { CheckedCode, ExperimentCode } from "./worktrees.ts";

/** `written.json` */
const writtenFilesSchema = z.object({
  /** The fingerprint of the content that a cycle's command gave each file, by path. */
  files: z.record(z.string(), z.string()),
  /**
   * Those that git tracks, or that look like source code, and that changed while a suite ran. Few suites write such
   * files; somebody who goes on working on the design does.
   */
  in_doubt: z.array(z.string()).default([]),
});

type WrittenFiles = z.infer<typeof writtenFilesSchema>;

/** Files that are as the plan's commands left them: paths relative to the top of the checkout. */
export interface WrittenPaths {
  paths: string[];
  /** Those of them that somebody may have edited while a suite ran. */
  in_doubt: string[];
}

/**
 * Finds files that are as the plan's commands left them, such as a generated migration or a folder of results. They do
 * not count as changes of the design's code, unless they were edited since.
 * @param changed the files of the tree that differ from its commit
 */
export async function findWritten(
  ref: ExperimentRef,
  code: ExperimentCode,
  changed: ChangedFiles | undefined,
): Promise<WrittenPaths> {
  if (changed === undefined || changed.size === 0) return { paths: [], in_doubt: [] };
  const { files, in_doubt } = await readWritten(findPath(ref, code));
  const paths = [...changed].filter(([path, content]) => files[path] === content).map(([path]) => path);
  return { paths, in_doubt: paths.filter((path) => in_doubt.includes(path)) };
}

/** Lists the paths that were in doubt when the experiment's last command ended. */
export async function listPathsInDoubt(ref: ExperimentRef, code: ExperimentCode): Promise<string[]> {
  return (await readWritten(findPath(ref, code))).in_doubt;
}

/**
 * Records what changed in a tree since its watch began. To be called as soon as the command has ended.
 * @returns the tree's state now; undefined if it was not read, or if git failed
 */
export type WritesWatch = () => Promise<Status | undefined>;

/**
 * Begins to watch what changes in a tree while a command runs. Earlier and later changes are the design's own edits.
 * @param isSuite whether the command is a suite; a setup may well write files that git tracks
 * @param isSecret whether a path must not be recorded; it is not excused either
 */
export async function watchWrites(
  ref: ExperimentRef,
  { code, status }: CheckedCode,
  isSuite: boolean,
  isSecret = (_path: string) => false,
): Promise<WritesWatch> {
  // A scratch worktree is deleted together with whatever they write there.
  if (code.worktree?.known_by === "scratch") return async () => undefined;
  const { root } = code;
  const before = await identifyAllChanges(root, status ?? (await readStatus(root)));
  return async () => {
    const now = await readStatus(root);
    const found = await identifyAllChanges(root, now);
    const after = found && new Map([...found].filter(([path]) => !isSecret(path)));
    if (before === undefined || after === undefined || now === undefined) return now;
    const isInDoubt = isSuite ? await findDoubted(root, now) : () => false;
    await record(findPath(ref, code), before, after, isInDoubt);
    return now;
  };
}

/** Formats of results and data. A new file of any other kind is in doubt if the project has files of its kind. */
const resultFormats =
  /\.(xml|json|jsonl|ndjson|txt|log|out|html?|css|csv|tsv|tap|lcov|info|db|sqlite3?|png|svg|zip|gz)$/i;

/** Tests pass by a snapshot from then on. */
const snapshots = /(^|\/)__(image_)?snapshots__\/|-snapshots\/|\.(snap|ambr)$/;

async function findDoubted(root: string, { untracked }: Status): Promise<(path: string) => boolean> {
  const unknown = new Set(untracked.filter((path) => !snapshots.test(path)));
  const sources = untracked.filter((path) => extname(path) !== "" && !resultFormats.test(path));
  if (sources.length === 0) return (path) => !unknown.has(path);
  const { stdout } = await git(root, ["ls-files", "-z", "--", ":(top)"]);
  const kinds = new Set(stdout.split("\0").map(extname));
  const doubted = new Set(sources.filter((path) => kinds.has(extname(path))));
  return (path) => !unknown.has(path) || doubted.has(path);
}

async function record(
  path: string,
  before: ChangedFiles,
  after: ChangedFiles,
  isInDoubt: (path: string) => boolean,
): Promise<void> {
  const changed = [...after].filter(([name, content]) => before.get(name) !== content);
  const isOver = (name: string) => !after.has(name);
  if (changed.length === 0 && !(await readWritten(path)).in_doubt.some(isOver)) return;
  // Experiments in the main checkout run at the same time.
  await withLock(`${path}.lock`, new AbortController().signal, async () => {
    const known = await readWritten(path);
    // What was edited before the command stays the design's own, whoever changes it further.
    const isOwn = (name: string) => before.has(name) && before.get(name) !== known.files[name];
    const written = new Map(changed.filter(([name]) => !isOwn(name)));
    if (written.size === 0 && !known.in_doubt.some(isOver)) return;
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
