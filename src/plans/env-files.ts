import { findUncommittedFiles } from "../git/uncommitted-files.ts";
import type { Folder } from "./folder.ts";
import { isOfBranch, sourceFile } from "./variables.ts";

/** Files of the environment that the code reads and that no commit has, so that no worktree would have them. */
export interface EnvFiles {
  /** Those that git ignores, which a plan may have copied. */
  copied: string[];
  /** Those that a worktree could commit. */
  untracked: string[];
}

const envFile = /(^|\/)\.env(\.(local|test|test\.local|development))?$/;

/** What reads such a file: libraries, options of Node, and frameworks that do it unasked. */
const loader =
  /dotenv|loadEnvFile|--env-file|\benv-cmd\b|environ\.Env\b|import\.meta\.env|"(next|prisma|react-scripts|nuxt)"\s*:/;
/** What fails where the file is not there. */
const strictLoader = /loadEnvFile|--env-file(?!-if)|\benv-cmd\b/;

const name = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=/gm;

/** How many files are looked through. */
const mostFiles = 2_000;

/** @param workspace absolute path of the folder that the project is in */
export async function findEnvFiles(workspace: string, folder: Folder): Promise<EnvFiles> {
  const files = folder.files.filter((file) => envFile.test(file));
  if (files.length === 0) return { copied: [], untracked: [] };
  const code = await readCode(folder);
  const needed: string[] = [];
  for (const file of files) {
    const names = [...((await folder.read(file)) ?? "").matchAll(name)].map(([, each = ""]) => each);
    // What has only a branch's own variables must rather not be read.
    const isNeeded = strictLoader.test(code) || (loader.test(code) && !names.every(isOfBranch));
    if (isNeeded) needed.push(file);
  }
  const { ignored, untracked } = await findUncommittedFiles(workspace, needed);
  return { copied: ignored, untracked };
}

async function readCode({ files, read }: Folder): Promise<string> {
  const sources = files.filter((file) => sourceFile.test(file) || /(^|\/)package\.json$/.test(file));
  return (await Promise.all(sources.slice(0, mostFiles).map(read))).join("\n");
}
