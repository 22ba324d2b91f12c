import { realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { CoreError } from "../../utils/core-error.ts";
import { ignoreMissing } from "../../utils/files/files.ts";

/**
 * Resolves where a command runs: in a folder below the experiment's code, or at its top.
 * @throws CoreError `cwd_not_found`; `cwd_outside` if a link leads out of the experiment's code
 */
export async function resolveWorkingDirectory(
  codeDirectory: string,
  cwd: string | undefined,
): Promise<string> {
  if (cwd === undefined) return codeDirectory;
  const path = join(codeDirectory, cwd);
  const [root, target] = await Promise.all([realpath(codeDirectory), realpath(path).catch(ignoreMissing)]);
  if (target === undefined || !(await stat(target)).isDirectory()) {
    throw new CoreError("cwd_not_found", `There is no folder ${path}, which plan.json names as cwd.`, {
      hint: "Correct cwd in plan.json; it is relative to the experiment's code.",
    });
  }
  if (target !== root && !target.startsWith(root + sep)) {
    throw new CoreError("cwd_outside", `${path}, which plan.json names as cwd, leads to ${target}.`, {
      hint: "Name a folder inside the experiment's own code: anything outside is shared by all experiments.",
    });
  }
  return path;
}
