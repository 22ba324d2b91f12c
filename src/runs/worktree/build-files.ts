import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { type CodeBoundary, type ForeignReference, findFirstForeign } from "./code-boundary.ts";

/** How build files refer to other code by path. */
const patterns: Record<string, RegExp> = {
  "go.mod": /=>\s*"?([./][^\s"]*)/g,
  "go.work": /(?:^|\s|=>\s*)"?(\.{0,2}\/[^\s")]*|\.)(?=[\s")]|$)/g,
  "Cargo.toml": /\bpath\s*=\s*["']([^"']+)["']/g,
};

/** Finds a build file that refers to code of another checkout: a `replace` or `use` in Go, a path in Cargo. */
export async function findForeignBuild(boundary: CodeBoundary): Promise<ForeignReference | undefined> {
  const own = boundary.files.filter((file) => Object.hasOwn(patterns, basename(file)));
  const workspace = findGoWorkspace(boundary);
  const files = [
    ...own.map((file) => join(boundary.root, file)),
    ...(workspace === undefined ? [] : [workspace]),
  ];
  for (const file of new Set(files)) {
    const found = await findFirstForeign(boundary, [
      { link: file, path: file },
      ...(await readReferences(file)),
    ]);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function readReferences(file: string): Promise<{ link: string; path: string }[]> {
  const text = (await readFile(file, "utf8").catch(() => "")).replace(/(^|\s)(\/\/|#).*$/gm, "");
  const pattern = patterns[basename(file)] ?? /$^/g;
  return [...text.matchAll(pattern)].map(([, path = ""]) => ({
    link: file,
    path: resolve(dirname(file), path),
  }));
}

/** Finds the workspace that Go uses: the one in GOWORK, or else the nearest one above. */
function findGoWorkspace({ directory, environment, files }: CodeBoundary): string | undefined {
  if (!files.some((file) => basename(file) === "go.mod") || environment.GOWORK === "off") return undefined;
  return environment.GOWORK || findAbove(directory, "go.work");
}

function findAbove(directory: string, name: string): string | undefined {
  const path = join(directory, name);
  if (existsSync(path)) return path;
  return dirname(directory) === directory ? undefined : findAbove(dirname(directory), name);
}
