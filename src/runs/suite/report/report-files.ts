import type { BigIntStats } from "node:fs";
import type { CommandEnd } from "../../command/command.ts";
import { artifactBounds } from "../keep-file.ts";
import { type EarlierContent, isAppended, readEarlierContent } from "./appended.ts";
import { type Candidate, findCandidates, type PathSpec } from "./candidates.ts";

/** A folder in which a suite's report is looked for. */
export interface ReportRoot {
  /** Absolute. */
  directory: string;
  /** How a reason refers to it. */
  name: string;
}

/** A file of a suite's report. */
export interface ReportFile {
  /** Relative to its root, with `/`. */
  name: string;
  /** Absolute, with links resolved. */
  path: string;
  root: ReportRoot;
}

/** The files of a suite's report, or why there are none: `is missing: …`. */
export type FoundReport = { files: ReportFile[] } | { flaw: string };

/** A report of more files is not one that a command appends to. */
const mostRead = 100;

const appendHint = "have the command replace it, not append to it";

/** How far clocks and file times may differ, in milliseconds. */
export const clockSlackMs = 15_000;

/**
 * Records what exists before a suite starts, so that only what it writes counts as its report.
 * @param roots the folders to look in; the first one with files of this run has the report
 * @returns a function that finds the report once the suite has ended
 * @throws the signal's reason if it is aborted; the returned function does so too
 */
export async function watchReport(
  spec: PathSpec,
  roots: readonly ReportRoot[],
  signal: AbortSignal,
): Promise<(end: CommandEnd) => Promise<FoundReport>> {
  const before = new Map<string, { version: string; content: EarlierContent | undefined }>();
  for (const { directory } of roots) {
    const { files } = await findCandidates(directory, spec, signal);
    for (const { path, stats } of files) {
      const content =
        files.length > mostRead ? undefined : await readEarlierContent(path, Number(stats.size));
      before.set(path, { version: identify(stats), content });
    }
  }
  const isFresh = ({ path, stats }: Candidate, end: CommandEnd) =>
    before.get(path)?.version !== identify(stats) && !isCopyOfOld(stats, end);
  const hasEarlier = async ({ path, stats }: Candidate) => {
    const content = before.get(path)?.content;
    return content !== undefined && (await isAppended(path, Number(stats.size), content));
  };
  return async (end) => {
    let flaw: string | undefined;
    for (const root of roots) {
      const found = await findCandidates(root.directory, spec, signal);
      const fresh = found.files.filter((file) => isFresh(file, end));
      for (const file of fresh)
        if (await hasEarlier(file))
          return { flaw: `still contains what an earlier run wrote: ${appendHint}` };
      if (fresh.length > 0) return checkSize(fresh, root);
      const own = found.files.length > 0 ? "is older than the suite's start" : found.flaw;
      if (own !== undefined) flaw ??= `${own} (in ${root.name})`;
    }
    const places = roots.map(({ name }) => name).join(" and in ");
    return { flaw: flaw ?? `is missing: it was looked for in ${places}` };
  };
}

/**
 * Identifies a version of a file. Clocks may jump, and modification times may be restored; in that case the change time
 * differs.
 */
function identify({ ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [ino, size, mtimeNs, ctimeNs].join(" ");
}

/**
 * Whether a file that appeared was written before the suite started, like a copy that preserves its original's time.
 * Compares the file's own two times, so that a clock set back does not make a new report look old.
 */
function isCopyOfOld({ mtimeMs, ctimeMs }: BigIntStats, { startedAt, durationMs }: CommandEnd): boolean {
  const written = Number(mtimeMs);
  const age = Number(ctimeMs) - written;
  return age > durationMs + clockSlackMs && written < startedAt - clockSlackMs;
}

function checkSize(files: Candidate[], root: ReportRoot): FoundReport {
  const size = files.reduce((sum, { stats }) => sum + Number(stats.size), 0);
  if (size > artifactBounds.head) return { flaw: `is larger than ${artifactBounds.head} bytes` };
  return { files: files.map(({ name, path }) => ({ name, path, root })) };
}
