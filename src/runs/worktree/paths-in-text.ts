import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join, relative, sep } from "node:path";
import { findCheckout } from "../../experiments/code/checkouts.ts";
import { listGit } from "../../git/changes/unsaved-files.ts";
import { type CodePlace, type ForeignReference, findForeign, listReadableEntries } from "./code-boundary.ts";
import { mainCheckout, withMainCheckout } from "./main-checkout.ts";

/** Files that no test loads: prose, logs, pictures, lists of packages. */
const prose = /\.(md|mdx|rst|adoc|log|snap|map|lock|svg|csv)$|^(?!requirements).*\.txt$/i;

/** Their paths are inside a container. */
const container = /^(Dockerfile.*|.*compose.*\.ya?ml)$/i;

/** Folders for editors, agents, CI, and our own records. */
const unloaded = new Set([
  ".vscode",
  ".idea",
  ".claude",
  ".cursor",
  ".github",
  ".devcontainer",
  ".tdd",
  "docs",
]);

/** Settings that git ignores, which tools read by themselves. */
const settings = /^\.env(\.[\w.-]+)?$/;

/** Where builds put code. Other files that git does not track are data. */
const builds = new Set(["dist", "build", "out", "target"]);

/** In bytes. A longer file is a bundle or data. */
const longestFile = 2 ** 20;

/**
 * Finds a file of the worktree that names a path in another checkout: a `cd` in a Makefile, a module path in a
 * configuration, a variable in a `.env`. Whatever reads it may use code that is not the experiment's.
 * @param copied files that the plan copies into the worktree, relative to where its commands run
 */
export async function findForeignText(
  boundary: CodePlace,
  copied: readonly string[],
): Promise<ForeignReference | undefined> {
  const files = [...(await searchFiles(boundary)), ...findSettings(boundary, copied)];
  for (const file of new Set(files)) {
    const isShort = await stat(file).then(
      ({ size }) => size <= longestFile,
      () => false,
    );
    const text = isShort ? await readFile(file, "utf8").catch(() => "") : "";
    const found = await findForeignPath(boundary, file, withMainCheckout(text, boundary.environment));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Finds a path in a text that leads to the code of another checkout. @param link what the text belongs to */
export async function findForeignPath(
  boundary: CodePlace,
  link: string,
  text: string,
): Promise<ForeignReference | undefined> {
  for (const path of new Set(listForeign(boundary).flatMap((checkout) => findPaths(text, checkout)))) {
    const target = await findForeign(boundary, path);
    if (target !== undefined && (await isCode(boundary, target))) return { link, target };
  }
  return undefined;
}

function listForeign({ root, checkouts }: CodePlace): string[] {
  return checkouts.filter((checkout) => checkout !== root);
}

/** Finds a checkout's path, and what follows it, where the text does not go on to name something else. */
function findPaths(text: string, checkout: string): string[] {
  if (!text.includes(checkout)) return [];
  const top = checkout.replaceAll(/[^\w/]/g, "\\$&");
  const pattern = new RegExp(`(?<![\\w.~-])${top}(?![\\w.-])(?:/[^\\s"'\`<>|;:,()&$*?\\\\[\\]{}]*)?`, "g");
  return [...text.matchAll(pattern)].map(([path]) => path);
}

/** What git does not track is data that checkouts may share, unless a build made it. */
async function isCode({ checkouts }: CodePlace, target: string): Promise<boolean> {
  const checkout = findCheckout(checkouts, target);
  if (checkout === undefined) return false;
  const parts = relative(checkout, target).split(sep);
  if (parts.includes(".tdd")) return false;
  if (target === checkout || parts.some((part) => builds.has(part))) return true;
  return (await listGit(checkout, ["ls-files", "-z", "--", target])).length > 0;
}

/** Lists the worktree's files that git does not ignore and that contain the path of another checkout. */
async function searchFiles(boundary: CodePlace): Promise<string[]> {
  // A path of one name, such as /app, is also the address of a page.
  const foreign = listForeign(boundary).filter(
    (checkout) => dirname(checkout) !== dirname(dirname(checkout)),
  );
  const tops = foreign.filter((each) => !foreign.some((other) => other !== each && each.startsWith(other)));
  const options = ["--files-with-matches", "--fixed-strings", "-I", "-z", "--untracked"];
  const overrides = ["--no-color", "--no-recurse-submodules"];
  const names = [...tops, mainCheckout].flatMap((name) => ["-e", name]);
  const args = ["grep", ...options, ...overrides, ...names, "--", "."];
  return (await listGit(boundary.root, args)).flatMap((file) =>
    mayLoad(file) ? join(boundary.root, file) : [],
  );
}

function mayLoad(file: string): boolean {
  const name = basename(file);
  const folders = dirname(file).split("/");
  return (
    name !== "" && !prose.test(name) && !container.test(name) && !folders.some((each) => unloaded.has(each))
  );
}

function findSettings({ root, directory }: CodePlace, copied: readonly string[]): string[] {
  const read = [root, directory].flatMap((folder) =>
    listReadableEntries(folder).flatMap(({ name }) => (settings.test(name) ? [join(folder, name)] : [])),
  );
  return [...read, ...copied.map((name) => join(directory, name))];
}
