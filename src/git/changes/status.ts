import { git } from "../git.ts";
import { projectFiles } from "../project-files.ts";

/** What a checkout is at, and the files that differ from it. */
export interface Status {
  /** Null before the first commit. */
  commit: string | null;
  /** The git branch, as `main`; undefined if HEAD is detached. */
  branch: string | undefined;
  /** Changed, new and deleted files, except our records and what git ignores; relative to the top of the checkout. */
  paths: string[];
  /** Those of them that git does not track. */
  untracked: string[];
  /** Those that an unfinished merge, rebase or the like left with conflicts. */
  conflicts: string[];
  /** Whether a file that git knows is missing. */
  isAnyMissing: boolean;
}

const options = [
  ...["--porcelain=v2", "--branch", "--no-renames", "--untracked-files=all", "--ignore-submodules=none"],
  "-z",
];

/** Reads the status of a directory, whatever the user's configuration says; undefined if git fails. */
export async function readStatus(directory: string): Promise<Status | undefined> {
  const { failed, stdout } = await git(directory, ["status", ...options, "--", ...projectFiles]);
  if (failed) return undefined;
  const lines = stdout.split("\0").filter((line) => line !== "");
  const find = (pattern: RegExp) => lines.flatMap((line) => pattern.exec(line)?.[1] ?? [])[0];
  return {
    commit: find(/^# branch\.oid ([0-9a-f]+)$/) ?? null,
    branch: find(/^# branch\.head (?!\(detached\)$)(.+)$/),
    paths: lines.flatMap((line) => readPath(line) ?? []),
    untracked: lines.filter((line) => line.startsWith("?")).flatMap((line) => readPath(line) ?? []),
    conflicts: lines.filter((line) => line.startsWith("u")).flatMap((line) => readPath(line) ?? []),
    isAnyMissing: lines.some((line) => /^[1u] .D/.test(line)),
  };
}

/** How many fields precede the path in a line of each kind: a changed file, one with conflicts, a new one. */
const fields: Readonly<Record<string, number>> = { "1": 8, u: 10, "?": 1 };

function readPath(line: string): string | undefined {
  const before = fields[line.charAt(0)];
  return before === undefined ? undefined : line.split(" ").slice(before).join(" ");
}
