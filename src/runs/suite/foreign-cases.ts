import { existsSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { isAbsolute, resolve, sep } from "node:path";
import type { ReportCase } from "../../../schemas/plan/report.ts";
import { findCheckout, listCheckouts } from "../../experiments/code/checkouts.ts";
import { type ExperimentCode, isInside } from "../../experiments/code/worktrees.ts";
import { CoreError } from "../../utils/core-error.ts";

/**
 * Finds a case whose file is in a checkout other than the experiment's own: a test runner in the main checkout collects
 * worktrees inside it, and a command may name the main checkout's tests. Their results are not the experiment's.
 * @param directories what file names may be relative to; absolute
 * @returns why the suite is not measured; undefined if all cases are its own
 */
export async function findForeignCase(
  workspace: string,
  code: ExperimentCode,
  cases: readonly ReportCase[],
  directories: readonly string[],
): Promise<CoreError | undefined> {
  if (cases.length === 0) return undefined;
  const checkouts = await listCheckouts(workspace);
  const own = findCheckout(checkouts, code.root);
  const isForeign = (path: string) => ![own, undefined].includes(findCheckout(checkouts, path));
  for (const each of cases) {
    const places = [...(await findPlaces(each.file, directories)), ...findFrames(each.failure)];
    const foreign = places.find(isForeign);
    if (foreign !== undefined)
      return refuse(`its report contains tests from another checkout, such as ${foreign}`);
  }
  const nested = checkouts.find((checkout) => checkout !== own && isInside(code.directory, checkout));
  const doubled = nested && findDoubled(cases);
  if (doubled === undefined) return undefined;
  return refuse(
    `its report has ${JSON.stringify(doubled)} more than once and names no files, and it may have collected ${nested}`,
  );
}

function refuse(what: string): CoreError {
  return new CoreError("cases_foreign", what, {
    hint: "Make the suite's command collect only its own tests. Move worktrees out of the main checkout.",
  });
}

/** Resolves where a file named by a report may be; a path that leads upwards only counts if it exists. */
async function findPlaces(file: string | undefined, directories: readonly string[]): Promise<string[]> {
  if (file === undefined) return [];
  const paths = isAbsolute(file) ? [file] : directories.map((directory) => resolve(directory, file));
  const likely = paths.filter((path) => !file.startsWith("..") || existsSync(path));
  return Promise.all(likely.map((path) => realpath(path).catch(() => path)));
}

/** Finds where a failure was thrown, from its stack trace. Installed packages may be shared, so they are ignored. */
function findFrames(failure = ""): string[] {
  const frames = [...failure.matchAll(/(?<=[\s("']|file:\/\/)(\/[^\s:()"']+):\d+/g)].map(
    ([, path = ""]) => path,
  );
  return frames.filter(
    (path) => !path.split(sep).some((part) => /^(node_modules|site-packages)$/.test(part)),
  );
}

/** Finds a name shared by two cases that do not name their files. */
export function findDoubled(cases: readonly ReportCase[]): string | undefined {
  const seen = new Set<string>();
  for (const { name, file } of cases) {
    if (file !== undefined) continue;
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return undefined;
}
