import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ignoreMissing } from "../../utils/files/files.ts";

/**
 * Finds the git branch that a checkout is in the middle of rebasing, without `refs/heads/`. Its HEAD is detached
 * meanwhile.
 * @param gitDirectory what git keeps for this checkout only
 */
export async function findRebased(gitDirectory: string): Promise<string | undefined> {
  const names = ["rebase-merge", "rebase-apply"].map((name) => join(gitDirectory, name, "head-name"));
  const heads = await Promise.all(names.map((name) => readFile(name, "utf8").catch(ignoreMissing)));
  return heads.flatMap((head) => /^refs\/heads\/(.+)/.exec(head ?? "")?.[1] ?? [])[0];
}
