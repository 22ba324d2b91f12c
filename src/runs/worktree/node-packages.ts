import { readFile, realpath } from "node:fs/promises";
import { basename, delimiter, dirname, join } from "node:path";
import * as z from "zod";
import { findCheckout } from "../../experiments/code/checkouts.ts";
import { isInside } from "../../experiments/code/worktrees.ts";
import {
  type CodeBoundary,
  type ForeignReference,
  findForeign,
  listReadableEntries,
} from "./code-boundary.ts";

/**
 * Finds a package that node would load from another checkout: a workspace link of npm, yarn or pnpm, in the worktree's
 * own `node_modules`, in one that is a link, or in one found further up.
 */
export async function findForeignPackage(boundary: CodeBoundary): Promise<ForeignReference | undefined> {
  const { root, directory } = boundary;
  const packages = boundary.files
    .filter((file) => basename(file) === "package.json")
    .map((file) => join(root, file));
  const near = [join(root, "node_modules"), join(directory, "node_modules")];
  const inside = [...new Set([...near, ...packages.map((file) => join(dirname(file), "node_modules"))])];
  /** Names that node finds before it searches further up. */
  const covered = new Set(near.flatMap(listPackages));
  const own = await readNames(packages);
  for (const folder of inside.flatMap(withHoisted)) {
    const found = await findIn(boundary, folder, listPackages(folder), own);
    if (found !== undefined) return found;
  }
  const paths = (boundary.environment.NODE_PATH ?? "").split(delimiter).filter((path) => path !== "");
  const outside = [...foldersAbove(root).map((folder) => join(folder, "node_modules")), ...paths];
  for (const folder of outside.flatMap(withHoisted)) {
    const names = listPackages(folder).filter((name) => !covered.has(name));
    const found = await findIn(boundary, folder, names, own);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** pnpm keeps hoisted packages one folder deeper. */
function withHoisted(folder: string): string[] {
  return [folder, join(folder, ".pnpm", "node_modules")];
}

function foldersAbove(path: string): string[] {
  const above = dirname(path);
  return above === path ? [] : [above, ...foldersAbove(above)];
}

/** Lists the packages in a `node_modules` folder; empty if there is none. */
function listPackages(folder: string): string[] {
  return namesIn(folder).flatMap((name) =>
    name.startsWith("@") ? namesIn(join(folder, name)).map((each) => `${name}/${each}`) : [name],
  );
}

function namesIn(folder: string): string[] {
  return listReadableEntries(folder)
    .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith("."))
    .map(({ name }) => name);
}

/** Reads the names of the worktree's own packages. */
async function readNames(packages: readonly string[]): Promise<Set<string>> {
  const texts = await Promise.all(packages.map((path) => readFile(path, "utf8").catch(() => "")));
  return new Set(texts.flatMap(readName));
}

const packageSchema = z.looseObject({ name: z.string() });

function readName(text: string): string[] {
  try {
    return [packageSchema.parse(JSON.parse(text.replace(/^\uFEFF/, ""))).name];
  } catch {
    // A package without a name can be installed by none.
    return [];
  }
}

async function findIn(
  boundary: CodeBoundary,
  folder: string,
  names: readonly string[],
  own: ReadonlySet<string>,
): Promise<ForeignReference | undefined> {
  for (const name of names) {
    const link = join(folder, name);
    const target =
      (await findForeign(boundary, link)) ?? (own.has(name) ? await findCopy(boundary, link) : undefined);
    if (target !== undefined) return { link, target };
  }
  return undefined;
}

/** Finds a package with the name of one of the worktree's own that was installed as a copy from another checkout. */
async function findCopy({ root, checkouts }: CodeBoundary, link: string): Promise<string | undefined> {
  const target = await realpath(link).catch(() => undefined);
  if (target === undefined || isInside(root, target)) return undefined;
  return findCheckout(checkouts, target) === undefined ? undefined : target;
}
