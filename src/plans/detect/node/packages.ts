import * as z from "zod";
import type { FoundStep } from "../../detection.ts";
import type { Folder } from "../../folder.ts";

const texts = z.record(z.string(), z.string()).catch({});
const packageSchema = z.object({
  scripts: texts.default({}),
  dependencies: texts.default({}),
  devDependencies: texts.default({}),
});
export type PackageJson = z.infer<typeof packageSchema>;

/** Reads a folder's package.json; undefined if there is none or it is invalid. */
export async function readPackage(folder: Folder): Promise<PackageJson | undefined> {
  const text = await folder.read("package.json");
  if (text === undefined) return undefined;
  try {
    return packageSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The commands that install exactly what a lock file specifies. */
const locks: readonly (readonly [lock: string, manager: string, install: string[]])[] = [
  ["package-lock.json", "npm", ["npm", "ci"]],
  ["npm-shrinkwrap.json", "npm", ["npm", "ci"]],
  ["pnpm-lock.yaml", "pnpm", ["pnpm", "install", "--frozen-lockfile"]],
  ["yarn.lock", "yarn", ["yarn", "install", "--frozen-lockfile"]],
  ["bun.lock", "bun", ["bun", "install", "--frozen-lockfile"]],
  ["bun.lockb", "bun", ["bun", "install", "--frozen-lockfile"]],
];

const findLock = (folder: Folder) => locks.find(([lock]) => folder.has(lock));

/** Finds the program that runs a project's scripts. */
export function findManager(folder: Folder): string {
  return findLock(folder)?.[1] ?? "npm";
}

export function findInstall(folder: Folder, { dependencies, devDependencies }: PackageJson): FoundStep[] {
  const lock = findLock(folder);
  if (lock !== undefined) {
    // Yarn 2 and later, recognizable by this file, has a different option.
    const isBerry = lock[1] === "yarn" && folder.has(".yarnrc.yml");
    return [{ command: isBerry ? ["yarn", "install", "--immutable"] : lock[2], source: lock[0] }];
  }
  const hasDependencies = Object.keys({ ...dependencies, ...devDependencies }).length > 0;
  return hasDependencies
    ? [{ command: ["npm", "install"], source: "package.json, which has no lock file" }]
    : [];
}
