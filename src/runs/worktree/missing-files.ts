import { existsSync } from "node:fs";
import { isAbsolute, join, posix, relative, sep } from "node:path";
import { listGit } from "../../git/changes/unsaved-files.ts";

/** What programs print when a file or a module is not there. */
const notFound =
  /ENOENT|no such file|not found|(?:cannot|can't|can not|could not|unable to) (?:find|open|load|read|resolve)|no module named|(?:does not|doesn't) exist|FileNotFound|NoSuchFile/i;

/** A Python module, by its name. */
const pythonModule = /No module named ['"]?([\w.]+)/;

/** Where commands put what they produce: if that is missing, they may have failed to. */
const produced =
  /(^|\/)(dist|build|out|output|target|coverage|te?mp|logs?|cache|\.[\w-]*cache|__pycache__|\.next|test-results|playwright-report|node_modules|\.?venv)\//i;

const listIgnored = ["ls-files", "--others", "--ignored", "--exclude-standard", "-z"];

/**
 * Finds files that git ignores, that only the main checkout has, and that the output of a command which
 * failed says are missing.
 * @param top of the main checkout
 * @param root of the worktree
 * @returns relative to both
 */
export async function findMissingFiles(
  top: string,
  root: string,
  output: readonly string[],
): Promise<string[]> {
  const lines = output.flatMap((text) => text.split(/\r?\n/)).filter((line) => notFound.test(line));
  if (lines.length === 0) return [];
  const named = new Set(lines.flatMap((line) => readNames(line, root)));
  const ignored = await listGit(top, listIgnored);
  return ignored.filter(
    (file) =>
      !produced.test(file) && [...named].some((name) => isNamed(file, name)) && !existsSync(join(root, file)),
  );
}

/** Lists the paths in a line that may lie in the worktree; those that are relative may be so to any of its folders. */
function readNames(line: string, root: string): string[] {
  const module = pythonModule.exec(line)?.[1]?.replaceAll(".", "/");
  const words = line
    .split(/[\s"'`()[\]{}<>,;|=]+/)
    .map((word) => word.replace(/^file:\/\//, "").replace(/[:.]+$/, ""));
  const paths = words.flatMap((word) => {
    if (!isAbsolute(word)) return [posix.normalize(word).replace(/^(\.\.?\/)+/, "")];
    const path = relative(root, word).split(sep).join("/");
    return path.startsWith("..") ? [] : [path];
  });
  // A word alone is seldom a file.
  const clear = paths.filter((path) => /[/.]/.test(path.slice(0, -1)) || path.startsWith("."));
  return module === undefined ? clear : [...clear, module];
}

/** Whether a path, or the end of one, is that of a file, perhaps without its extension. */
function isNamed(file: string, name: string): boolean {
  return [file, file.replace(/(?<=[^/])\.\w+$/, "")].some(
    (path) => path === name || path.endsWith(`/${name}`),
  );
}
