import { findUncommittedFiles } from "../git/changes/uncommitted-files.ts";
import type { Folder } from "./folder.ts";
import { isOfBranch, sourceFile } from "./variables.ts";

/** Environment files that the code reads but that are not committed, so worktrees would lack them. */
export interface EnvFiles {
  /** Files ignored by git, which a plan can copy. */
  copied: string[];
  /** Files not ignored by git, which somebody might commit in a worktree. */
  untracked: string[];
}

const envFile = /(^|\/)\.env(\.(local|test|test\.local|development))?$/;

/** Matches what reads such files: libraries, Node options, and frameworks that do so automatically. */
const loader =
  /dotenv|loadEnvFile|--env-file|\benv-cmd\b|environ\.Env\b|import\.meta\.env|"(next|prisma|react-scripts|nuxt)"\s*:/;
/** Matches what fails if the file does not exist. */
const strictLoader = /loadEnvFile|--env-file(?!-if)|\benv-cmd\b/;

const name = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=/gm;

/** How many files to search. */
const mostFiles = 2_000;

/**
 * Finds environment files that worktrees need.
 * @param workspace absolute path of the project's folder
 */
export async function findEnvFiles(workspace: string, folder: Folder): Promise<EnvFiles> {
  const files = folder.files.filter((file) => envFile.test(file));
  if (files.length === 0) return { copied: [], untracked: [] };
  const code = await readCode(folder);
  const needed: string[] = [];
  for (const file of files) {
    const names = [...((await folder.read(file)) ?? "").matchAll(name)].map(([, each = ""]) => each);
    // A file with only the branch's own variables had better not be read.
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
