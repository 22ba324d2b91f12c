import { git } from "../../../git/git.ts";
import type { ReportFile } from "./report-files.ts";

/** A git command takes at most this many paths. */
const mostPaths = 1_000;

/**
 * Selects the files of a report that are exactly as they were committed: a suite that restored or touched one did not
 * write its own results.
 * @param files all in the same root
 */
export async function findCommitted(files: readonly ReportFile[]): Promise<ReportFile[]> {
  const directory = files[0]?.root.directory;
  if (directory === undefined) return [];
  const list = async (...args: string[]) => {
    const { failed, stdout } = await git(directory, args);
    return failed ? undefined : new Set(stdout.split("\0"));
  };
  const tracked = await list("ls-files", "-z");
  const known = files.filter(({ name }) => tracked?.has(name) === true);
  if (known.length === 0 || known.length > mostPaths) return [];
  const names = known.map(({ name }) => `:(literal)${name}`);
  const changed = await list(
    "diff",
    "--name-only",
    "--relative",
    "--no-renames",
    "-z",
    "HEAD",
    "--",
    ...names,
  );
  return changed === undefined ? [] : known.filter(({ name }) => !changed.has(name));
}
