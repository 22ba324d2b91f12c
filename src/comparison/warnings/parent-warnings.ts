import type { Warning } from "../../../schemas/comparison/warning.ts";
import type { Fork } from "../../experiments/experiments.ts";
import { experimentPaths } from "../../experiments/layout.ts";
import { listSlugs } from "../../experiments/list-slugs.ts";
import { groupBy } from "../../utils/group-by.ts";
import { nameSome } from "../../utils/text/name-some.ts";
import type { JudgedExperiment } from "../records/rows.ts";
import { isEliminated } from "../verdict/candidates.ts";
import { makeWarning, maxShown } from "./warning.ts";

/** Branches that are forked closer together than this count as forked at the same time, in milliseconds. */
const togetherMs = 3_600_000;

/** An experiment, and what its branch was forked from. */
interface Forked extends Fork {
  experiment_slug: string;
  path: string;
}

/** Warns of experiments whose branches began with other data: of another parent, or of the same one at another time. */
export function warnOfUnlikeParents(judged: readonly JudgedExperiment[]): Warning[] {
  const forked = judged.flatMap(({ records: { experiment }, row }): Forked[] => {
    const { experiment_slug, fork } = experiment;
    if (fork === undefined || isEliminated(row)) return [];
    return [{ ...fork, experiment_slug, path: experimentPaths(experiment).branchRecord }];
  });
  const byParent = [...groupBy(forked, ({ parent_branch }) => parent_branch ?? "")];
  const [[parent = "", own = []] = [], other] = byParent;
  if (other !== undefined) {
    const texts = byParent.map(([name, group]) => `${nameAll(group)} from ${name}`);
    return [warn(`different parents: ${nameSome(texts, maxShown)}. Their data may differ`, forked)];
  }
  const known = own.filter(({ parent_schema }) => parent_schema !== undefined);
  const bySchema = [...groupBy(known, ({ parent_schema = "" }) => parent_schema).values()];
  const groups = bySchema.length > 1 ? bySchema : groupByTime(own);
  if (groups.length < 2) return [];
  const what = bySchema.length > 1 ? "Its schema changed in between" : "Its data may have changed in between";
  const texts = groups.map((group) => `${nameAll(group)} at ${group[0]?.cut_at.slice(0, 16)}`);
  return [warn(`different states of ${parent}: ${nameSome(texts, maxShown)}. ${what}`, groups.flat())];
}

function groupByTime(forked: readonly Forked[]): Forked[][] {
  const groups: Forked[][] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const each of [...forked].sort((a, b) => Date.parse(a.cut_at) - Date.parse(b.cut_at))) {
    const cutAt = Date.parse(each.cut_at);
    if (Number.isNaN(cutAt)) continue;
    if (cutAt - last > togetherMs) groups.push([]);
    groups.at(-1)?.push(each);
    last = cutAt;
  }
  return groups;
}

function nameAll(forked: readonly Forked[]): string {
  return nameSome(listSlugs(forked), maxShown);
}

function warn(what: string, forked: readonly Forked[]): Warning {
  const message = `The branches were forked from ${what}: if suites depend on that, create all experiments again with fresh.`;
  return makeWarning(
    "unlike-parents",
    message,
    forked.map(({ path }) => path),
  );
}
