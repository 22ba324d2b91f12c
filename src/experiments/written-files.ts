import * as z from "zod";
import { type ChangedFiles, readChangedFiles } from "../git/changed-files.ts";
import { readRecord, writeJson } from "../utils/json.ts";
import { type ExperimentRef, experimentPaths } from "./layout.ts";

/** `written.json`: by path, what identifies the content that a command of a cycle gave a file of the tree. */
const writtenFilesSchema = z.object({ files: z.record(z.string(), z.string()) });

/** A git command takes so many paths at most. */
const mostPaths = 1_000;

/**
 * The paths of a tree that are as a plan's commands left them: a migration's file, a folder of results. They are no
 * change of the design's code. One that was edited since is.
 * @param changed the files of the tree that differ from its commit
 */
export async function findWrittenPaths(
  ref: ExperimentRef,
  changed: ChangedFiles | undefined,
): Promise<string[]> {
  if (changed === undefined || changed.size === 0) return [];
  const { files } = await readWritten(ref);
  const paths = [...changed].filter(([path, content]) => files[path] === content).map(([path]) => path);
  return paths.length > mostPaths ? [] : paths;
}

/** Remembers what changed in a tree while the commands of a cycle ran. */
export async function recordWrittenFiles(
  ref: ExperimentRef,
  root: string,
  before: ChangedFiles | undefined,
): Promise<void> {
  const after = await readChangedFiles(root);
  if (before === undefined || after === undefined) return;
  const { files } = await readWritten(ref);
  const own = [...after].filter(([path, content]) => before.get(path) !== content || files[path] === content);
  if (own.length === 0 && Object.keys(files).length === 0) return;
  await writeJson(experimentPaths(ref).written, { files: Object.fromEntries(own) });
}

/** A record that cannot be read excuses no change. */
async function readWritten(ref: ExperimentRef): Promise<z.infer<typeof writtenFilesSchema>> {
  const found = await readRecord(experimentPaths(ref).written, writtenFilesSchema).catch(() => undefined);
  return found ?? { files: {} };
}
