import type { FoundSuite } from "../detection.ts";

/** Folders that tests are sorted into by kind, which become tags. */
const kinds = ["api", "e2e", "infra", "unit", "integration"];

/**
 * One suite for each kind of tests, where every test file lies in the one folder of its kind: `tests/api`,
 * `tests/e2e`. Else the suite as it is.
 */
export function splitByFolder(suite: FoundSuite, testFiles: readonly string[]): FoundSuite[] {
  const folders = new Set(testFiles.map(kindFolder));
  const named = [...folders].filter((folder) => folder !== undefined);
  const tags = new Set(named.map(lastPart));
  const isSorted = named.length > 1 && named.length === folders.size && tags.size === named.length;
  if (!isSorted) return [suite];
  return named.map((folder) => ({
    ...suite,
    tag: lastPart(folder),
    suite: { ...suite.suite, command: [...suite.suite.command, folder] },
    source: `${suite.source}, ${folder}`,
  }));
}

/** The folder of a kind that a file lies in; undefined where it lies in none. */
function kindFolder(file: string): string | undefined {
  const folders = file.split("/").slice(0, -1);
  const depth = folders.findIndex((folder) => kinds.includes(folder));
  return depth === -1 ? undefined : folders.slice(0, depth + 1).join("/");
}

const lastPart = (path: string) => path.split("/").at(-1) ?? "";
