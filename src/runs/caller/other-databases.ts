import { join } from "node:path";
import type { Plan } from "../../../schemas/plan/plan.ts";
import { readIfPresent } from "../../utils/files/files.ts";

/** A setting that names a Postgres database by its URL. */
const setting = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*["']?(?:jdbc:)?postgres(?:ql)?:\/\//gm;

/**
 * Warns of databases that suites may use instead of the experiment's branch: those that a copied file names in a variable
 * which commands do not get. Libraries that read such files leave variables alone that are set already.
 */
export async function warnOfOtherDatabases(
  workspace: string,
  { worktrees, env, suites }: Pick<Plan, "worktrees" | "env" | "suites">,
): Promise<string[]> {
  const own = Object.values(suites).map((suite) => ("env" in suite ? suite.env : undefined));
  const known = new Set(["DATABASE_URL", ...[env, ...own].flatMap((each) => Object.keys(each ?? {}))]);
  const warnings = await Promise.all(
    (worktrees?.copy ?? []).map(async (file) => {
      const text = (await readIfPresent(join(workspace, file)).catch(() => undefined)) ?? "";
      const names = [...text.matchAll(setting)].map(([, name = ""]) => name);
      return [...new Set(names)].filter((name) => !known.has(name)).map((name) => describe(file, name));
    }),
  );
  return warnings.flat();
}

function describe(file: string, name: string): string {
  return `${file}, which worktrees.copy gives to each worktree, sets ${name} to a database other than the experiment's branch. If the suites use it, set it in env in plan.json: "${name}": "$DATABASE_URL".`;
}
