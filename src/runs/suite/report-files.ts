import type { BigIntStats } from "node:fs";
import { lstat, realpath, stat } from "node:fs/promises";
import { join, posix, relative, sep } from "node:path";
import { escapePath, glob, isDynamicPattern } from "tinyglobby";
import { ignoreMissing } from "../../utils/files.ts";
import type { CommandEnd } from "../command/command.ts";
import { artifactBounds } from "./collect.ts";

/** A folder that a suite's report is looked for in. */
export interface ReportRoot {
  /** Absolute. */
  directory: string;
  /** As a reason names it. */
  name: string;
}

/** A file of a suite's report. */
export interface ReportFile {
  /** Relative to its root, with `/`. */
  name: string;
  /** Absolute, without links. */
  path: string;
  root: ReportRoot;
}

/** What a suite's report is made of, or why there is none: `is missing: …`. */
export type FoundReport = { files: ReportFile[] } | { flaw: string };

interface Candidate extends ReportFile {
  stats: BigIntStats;
}

interface Candidates {
  candidates: Candidate[];
  /** Why something there does not count. */
  flaw?: string | undefined;
}

/** How far clocks and the times of files may lie apart, in milliseconds. */
const clockSlackMs = 15_000;

/** More files are no report that we read. */
const maxFiles = 20_000;

/** What is never a report, however wide a glob is. The first are our own records, with the artifacts of others. */
const ignored = ["**/.tdd/**", "**/.git/**", "**/node_modules/**"];

/**
 * Notes what is there before a suite starts, so that only what it writes is its report.
 * @param path a file, a folder or a glob, as the plan names it
 * @param extension of the files that count in a folder
 * @param roots the folders to look in; the first that has files of this run has the report
 * @returns what finds the report once the suite has ended
 */
export async function watchReport(
  path: string,
  extension: string,
  roots: readonly ReportRoot[],
): Promise<(end: CommandEnd) => Promise<FoundReport>> {
  const look = (root: ReportRoot) =>
    findCandidates(root, posix.normalize(path).replace(/\/$/, ""), extension);
  const before = new Map<string, string>();
  for (const { candidates } of await Promise.all(roots.map(look))) {
    for (const candidate of candidates) before.set(candidate.path, identify(candidate.stats));
  }
  const isFresh = ({ path, stats }: Candidate, end: CommandEnd) =>
    before.get(path) !== identify(stats) && !isCopyOfOld(stats, end);
  return async (end) => {
    const flaws: string[] = [];
    for (const root of roots) {
      const { candidates, flaw } = await look(root);
      const fresh = candidates.filter((candidate) => isFresh(candidate, end));
      if (fresh.length > 0) return checkSize(fresh);
      if (candidates.length > 0) flaws.push(`is older than the suite's start (in ${root.name})`);
      if (flaw !== undefined) flaws.push(flaw);
    }
    const places = roots.map(({ name }) => name).join(" and in ");
    return { flaw: flaws[0] ?? `is missing: it was looked for in ${places}` };
  };
}

async function findCandidates(root: ReportRoot, path: string, extension: string): Promise<Candidates> {
  const inside = await realpath(root.directory).catch(ignoreMissing);
  if (inside === undefined) return { candidates: [] };
  const candidates = new Map<string, Candidate>();
  let flaw: string | undefined;
  for (const each of await findPaths(inside, path)) {
    const target = await realpath(join(inside, each)).catch(ignoreMissing);
    const stats = target && (await stat(target, { bigint: true }).catch(ignoreMissing));
    if (!target || !stats) continue;
    if (!target.startsWith(inside + sep)) {
      flaw ??= `leads out of ${root.name} by a link`;
    } else if (stats.isDirectory()) {
      const pattern = `${escapePath(relative(inside, target))}/**/*${extension}`;
      const within = (await findCandidates(root, pattern, extension)).candidates;
      for (const file of within) candidates.set(file.path, file);
      if (within.length === 0) flaw ??= `is a folder without ${extension} files in ${root.name}`;
    } else if (stats.isFile()) {
      const name = relative(inside, target).split(sep).join("/");
      candidates.set(target, { name, path: target, root, stats });
    } else flaw ??= "is not a plain file";
  }
  return { candidates: [...candidates.values()], flaw };
}

/** What a path names: what is there by that very name, else the files that a glob matches, else the folders. */
async function findPaths(directory: string, path: string): Promise<string[]> {
  const isThere = (await lstat(join(directory, path)).catch(ignoreMissing)) !== undefined;
  if (isThere) return [path];
  if (!isDynamicPattern(path)) return [];
  const options = { cwd: directory, ignore: ignored, followSymbolicLinks: false, expandDirectories: false };
  const files = await glob(path, options);
  return files.length > 0 ? files : glob(path, { ...options, onlyDirectories: true });
}

/** Differs once a file was written again. Clocks may step, and an old time be restored; the change time then differs. */
function identify({ ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [ino, size, mtimeNs, ctimeNs].join(" ");
}

/**
 * Whether a file that appeared was written before the suite started, as a copy that keeps the time of its original was.
 * Its own two times are compared, so that a clock that was set back does not make a fresh report old.
 */
function isCopyOfOld({ mtimeMs, ctimeMs }: BigIntStats, { startedAt, durationMs }: CommandEnd): boolean {
  const written = Number(mtimeMs);
  const age = Number(ctimeMs) - written;
  return age > durationMs + clockSlackMs && written < startedAt - clockSlackMs;
}

function checkSize(files: Candidate[]): FoundReport {
  if (files.length > maxFiles) return { flaw: `has more than ${maxFiles} files` };
  const size = files.reduce((sum, { stats }) => sum + Number(stats.size), 0);
  if (size > artifactBounds.head) return { flaw: `is larger than ${artifactBounds.head} bytes` };
  return { files: files.map(({ name, path, root }) => ({ name, path, root })) };
}
