import { join } from "node:path";
import type { Warning } from "../../../schemas/comparison/warning.ts";
import type { CommandSuite } from "../../../schemas/plan/suite.ts";
import { experimentPaths, type FeatureRef } from "../../experiments/layout.ts";
import { listSlugs } from "../../experiments/list-slugs.ts";
import { git } from "../../git/git.ts";
import { findCalledScripts } from "../../plans/called-scripts.ts";
import { groupBy } from "../../utils/group-by.ts";
import { ownValue } from "../../utils/own-value.ts";
import { nameSome } from "../../utils/text/name-some.ts";
import type { PlannedTags } from "../records/planned-tags.ts";
import type { JudgedExperiment } from "../records/rows.ts";
import { isEliminated } from "../verdict/candidates.ts";
import { makeWarning, maxShown } from "./warning.ts";

/** Each experiment is asked of git, and the first few are enough. */
const maxLooks = 12;

/** A script that a suite's command calls, and that is not the same in all experiments. */
export interface UnlikeScript {
  tag: string;
  /** What it is: `test of package.json`. */
  name: string;
  /** The experiments, grouped by what it is there. */
  groups: string[][];
}

/** Finds the scripts that a suite's command calls and that designs have changed, so that different commands measured them. */
export async function findUnlikeScripts(
  { workspace }: FeatureRef,
  judged: readonly JudgedExperiment[],
  { commands }: Pick<PlannedTags, "commands">,
): Promise<UnlikeScript[]> {
  const rivals = judged.filter(({ records, row }) => records.worktree && !isEliminated(row));
  const found: UnlikeScript[] = [];
  const readFile = readEachOnce(workspace);
  for (const [tag, suite] of commands ?? []) {
    const measured = rivals.flatMap(({ row: { experiment_slug, evidence } }) => {
      const own = ownValue(evidence?.by_tag, tag);
      const commit = own?.state === "evidence" ? own.source?.commit : undefined;
      return commit ? [{ experiment_slug, commit }] : [];
    });
    if (new Set(measured.map(({ commit }) => commit)).size < 2) continue;
    const scripts = await Promise.all(
      measured.slice(0, maxLooks).map(async ({ experiment_slug, commit }) => ({
        experiment_slug,
        called: await readCalledScripts((path) => readFile(`${commit}:./${path}`), suite),
      })),
    );
    for (const name of new Set(scripts.flatMap(({ called }) => [...called.keys()]))) {
      const groups = [...groupBy(scripts, ({ called }) => called.get(name)).values()];
      if (groups.length > 1) found.push({ tag, name, groups: groups.map((group) => listSlugs(group)) });
    }
  }
  return found;
}

function readCalledScripts(
  readFile: (path: string) => Promise<string | undefined>,
  { command, cwd = "" }: Pick<CommandSuite, "command" | "cwd">,
): Promise<Map<string, string>> {
  return findCalledScripts(command, (file) => readFile(join(cwd, file)));
}

/** Reads files of commits, each in one process of git: several suites may call scripts of the same file. */
function readEachOnce(workspace: string): (object: string) => Promise<string | undefined> {
  const read = new Map<string, Promise<string | undefined>>();
  const show = async (object: string) => {
    const { failed, stdout } = await git(workspace, ["show", "--end-of-options", object]);
    return failed ? undefined : stdout;
  };
  return (object) => {
    const known = read.get(object) ?? show(object);
    read.set(object, known);
    return known;
  };
}

export function warnOfScripts(feature: FeatureRef, scripts: readonly UnlikeScript[]): Warning[] {
  if (scripts.length === 0) return [];
  const texts = scripts.map(({ tag, name, groups }) => {
    const experiments = groups.map((group) => nameSome(group, maxShown)).join(" | ");
    return `${tag} by ${name} (${experiments})`;
  });
  const records = scripts
    .flatMap(({ groups }) => groups.flat())
    .map((experiment_slug) => experimentPaths({ ...feature, experiment_slug }).outcomes);
  const message = `Measured by scripts that differ between designs: ${nameSome(texts, maxShown, "; ")}. Whether they test the same is for you to check.`;
  return [makeWarning("scripts-differ", message, records)];
}
