import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, delimiter, dirname, isAbsolute, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import {
  type CodeBoundary,
  type ForeignReference,
  findFirstForeign,
  listReadableEntries,
} from "./code-boundary.ts";

/** Programs that may start a python from the PATH. So may a script of the project. */
const mayStartPython =
  /^(python[\d.]*|py\.?test|tox|nox|uv|poetry|pdm|hatch|pipenv|(ba|z|da|fi)?sh|env|make|just|task|npm|npx|pnpm|yarn)$/;

/**
 * Finds a package that python would import from another checkout: one that was installed from there, editable or not,
 * into a virtual environment of the worktree or one that the command uses.
 */
export async function findForeignImport(
  boundary: CodeBoundary,
  program: string,
): Promise<ForeignReference | undefined> {
  const environments = findEnvironments(boundary, program);
  const folders = [...environments.flatMap(findSitePackages), ...(await askInterpreter(boundary, program))];
  for (const folder of folders) {
    const found = await findFirstForeign(boundary, await readReferences(folder));
    if (found !== undefined) return found;
  }
  return undefined;
}

function findEnvironments({ root, directory, environment }: CodeBoundary, program: string): string[] {
  const path = (environment.PATH ?? "").split(delimiter);
  const own = [root, directory].flatMap((folder) =>
    listReadableEntries(folder).map(({ name }) => join(folder, name)),
  );
  const isPath = program.includes("/");
  const place = isPath
    ? resolve(directory, program)
    : path.map((folder) => join(folder, program)).find(existsSync);
  const used = place === undefined ? [] : [dirname(dirname(place))];
  const isOpen = isPath || mayStartPython.test(basename(program));
  const active = isOpen ? [environment.VIRTUAL_ENV ?? "", ...path.map(dirname)] : [];
  const found = [...own, ...used, ...active].filter(
    (folder) => isAbsolute(folder) && existsSync(join(folder, "pyvenv.cfg")),
  );
  return [...new Set(found)];
}

const question = "import site; print('\\n'.join(site.getsitepackages() + [site.getusersitepackages()]))";

/** Asks a python outside any virtual environment where its packages are. */
async function askInterpreter({ environment }: CodeBoundary, program: string): Promise<string[]> {
  const isPython = /^python[\d.]*$/.test(basename(program));
  if (!isPython && !/^py\.?test$/.test(basename(program))) return [];
  const setting = { cwd: "/", env: environment, extendEnv: false, reject: false, timeout: 10_000 } as const;
  const { stdout } = await execa(isPython ? program : "python3", ["-c", question], setting);
  return stdout.split("\n").filter((folder) => isAbsolute(folder));
}

function findSitePackages(environment: string): string[] {
  const libraries = ["lib", "lib64"].map((name) => join(environment, name));
  const versions = libraries.flatMap((folder) =>
    listReadableEntries(folder).map(({ name }) => join(folder, name, "site-packages")),
  );
  return [...versions, join(environment, "Lib", "site-packages")].filter(existsSync);
}

/** Finds where a package's files are if they are not in the folder itself. */
async function readReferences(folder: string): Promise<{ link: string; path: string }[]> {
  const references = await Promise.all(
    listReadableEntries(folder).map(async ({ name }) => {
      const isInfo = name.endsWith(".dist-info");
      const link = join(folder, name, ...(isInfo ? ["direct_url.json"] : []));
      if (!isInfo && !/\.(pth|egg-link)$|editable.*\.py$/.test(name)) return [];
      const text = await readFile(link, "utf8").catch(() => "");
      return readPaths(name, text).map((path) => ({ link, path: resolve(folder, path) }));
    }),
  );
  return references.flat();
}

/** Returns the path that a URL names; none if that is on another host. */
function readFileUrl(url: string): string[] {
  try {
    return [fileURLToPath(url)];
  } catch {
    return [];
  }
}

function readPaths(name: string, text: string): string[] {
  if (name.endsWith(".py")) return [...text.matchAll(/["'](\/[^"'\n]+)["']/g)].map(([, path = ""]) => path);
  if (name.endsWith(".dist-info")) {
    const url = /"url"\s*:\s*"(file:\/\/[^"]+)"/.exec(text)?.[1];
    return url === undefined ? [] : readFileUrl(url);
  }
  // A line of code in a .pth file names a finder, which is a separate file.
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return lines.filter((line) => line !== "" && !/^(#|import\s)/.test(line));
}
