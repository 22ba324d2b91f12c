import { git } from "../git.ts";
import { repositoryFiles } from "../project-files.ts";

/** Whether two commits contain the same files, apart from our records. @returns undefined if git fails */
export async function haveSameFiles(
  directory: string,
  a: string,
  b: string,
  environment: Record<string, string> = {},
): Promise<boolean | undefined> {
  if (a === b) return true;
  const args = ["diff", "--quiet", "--end-of-options", a, b, "--", ...repositoryFiles];
  const { exitCode } = await git(directory, args, environment);
  return exitCode === 0 || exitCode === 1 ? exitCode === 0 : undefined;
}

/** The trees of commits, which never change. */
const knownTrees = new Map<string, string>();

/**
 * Selects the commits that contain exactly the files of another one, which is among them itself. A commit that git no
 * longer has is not selected.
 */
export async function findSameTrees(
  directory: string,
  commit: string,
  others: readonly string[],
): Promise<ReadonlySet<string>> {
  const different = new Set(others.filter((each) => each !== commit));
  if (different.size === 0) return new Set([commit]);
  const asked = [commit, ...different].filter((each) => !knownTrees.has(each));
  if (asked.length > 0) {
    const input = asked.map((each) => `${each}^{tree}\n`).join("");
    const { stdout } = await git(directory, ["cat-file", "--batch-check"], {}, { input });
    for (const [index, line] of stdout.split("\n").entries()) {
      const [, tree] = /^([0-9a-f]+) tree /.exec(line) ?? [];
      const each = asked[index];
      if (each !== undefined && tree !== undefined) knownTrees.set(each, tree);
    }
  }
  const own = knownTrees.get(commit);
  return new Set([
    commit,
    ...[...different].filter((each) => own !== undefined && knownTrees.get(each) === own),
  ]);
}
