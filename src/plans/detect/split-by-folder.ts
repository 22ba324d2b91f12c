import type { FoundSuite } from "../detection.ts";

/** Folder names for kinds of tests, which become tags. */
const kinds = ["api", "e2e", "infra", "unit", "integration"];

/**
 * Splits a suite by kind of test if every test file is in exactly one folder per kind: `tests/api`, `tests/e2e`.
 * Otherwise returns the suite as it is.
 */
export function splitByFolder(suite: FoundSuite, testFiles: readonly string[]): FoundSuite[] {
  const folders = new Set(testFiles.map(findKindFolder));
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

/** Finds the folder of a kind that contains a file; undefined if there is none. */
function findKindFolder(file: string): string | undefined {
  const folders = file.split("/").slice(0, -1);
  const depth = folders.findIndex((folder) => kinds.includes(folder));
  return depth === -1 ? undefined : folders.slice(0, depth + 1).join("/");
}

const lastPart = (path: string) => path.split("/").at(-1) ?? "";
