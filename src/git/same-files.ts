import { git } from "./git.ts";
import { repositoryFiles } from "./project-files.ts";

/** Whether two commits contain the same files, apart from our records. @returns undefined if git fails */
export async function haveSameFiles(
  directory: string,
  a: string,
  b: string,
  environment: Record<string, string> = {},
): Promise<boolean | undefined> {
  if (a === b) return true;
  const args = ["diff", "--quiet", "--end-of-options", a, b, "--", ...repositoryFiles];
  const { exitCode } = await git(directory, args, environment);
  return exitCode === 0 || exitCode === 1 ? exitCode === 0 : undefined;
}
