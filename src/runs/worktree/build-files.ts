import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { findFirst, type Grounds, type Outside } from "./grounds.ts";

/** How a build file names other code by its path. */
const patterns: Record<string, RegExp> = {
  "go.mod": /=>\s*"?([./][^\s"]*)/g,
  "go.work": /(?:^|\s|=>\s*)"?(\.{0,2}\/[^\s")]*|\.)(?=[\s")]|$)/g,
  "Cargo.toml": /\bpath\s*=\s*"([^"]+)"/g,
};

/** Finds a build file that names code of another checkout: a `replace` or `use` of Go, a path of Cargo. */
export async function findForeignBuild(grounds: Grounds): Promise<Outside | undefined> {
  const own = grounds.files.filter((file) => Object.hasOwn(patterns, basename(file)));
  const workspace = findGoWorkspace(grounds);
  const files = [
    ...own.map((file) => join(grounds.root, file)),
    ...(workspace === undefined ? [] : [workspace]),
  ];
  for (const file of new Set(files)) {
    const found = await findFirst(grounds, [{ link: file, path: file }, ...(await readWays(file))]);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function readWays(file: string): Promise<{ link: string; path: string }[]> {
  const text = (await readFile(file, "utf8").catch(() => "")).replace(/(^|\s)(\/\/|#).*$/gm, "");
  const pattern = patterns[basename(file)] ?? /$^/g;
  return [...text.matchAll(pattern)].map(([, path = ""]) => ({
    link: file,
    path: resolve(dirname(file), path),
  }));
}

/** The workspace that Go takes: the one that GOWORK names, else the nearest above. */
function findGoWorkspace({ directory, environment, files }: Grounds): string | undefined {
  if (!files.some((file) => basename(file) === "go.mod") || environment.GOWORK === "off") return undefined;
  return environment.GOWORK || findAbove(directory, "go.work");
}

function findAbove(directory: string, name: string): string | undefined {
  const path = join(directory, name);
  if (existsSync(path)) return path;
  return dirname(directory) === directory ? undefined : findAbove(dirname(directory), name);
}
