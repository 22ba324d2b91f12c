import type { Warning } from "../../../schemas/comparison/warning.ts";
import { experimentPaths, planPath } from "../../experiments/layout.ts";
import { listSlugs } from "../../experiments/list-slugs.ts";
import { findCycles } from "../../experiments/timeline/entries.ts";
import { ownValue } from "../../utils/own-value.ts";
import { nameSome } from "../../utils/text/name-some.ts";
import { listCountedTags } from "../records/counted-tags.ts";
import { sortTags } from "../records/matrix.ts";
import type { ExperimentRecords } from "../records/records.ts";
import { makeWarning, maxShown } from "./warning.ts";

/** The counts of one tag in one cycle of an experiment. */
export interface Observation {
  experiment_slug: string;
  passed: number;
  failed: number;
  flaky: number;
  /** The path of the record. Made when asked for: most observations cause no warning. */
  findRecord: () => string;
}

const noneFlaky: Record<string, number> = {};
/** A suite that never fails is normal for a while; after this many observations it deserves a look. */
const greenForLong = 3;

/** Lists the counts of every cycle, by tag; those of one experiment are in order. */
export function observeCycles(all: ExperimentRecords[]): Map<string, Observation[]> {
  const observed = new Map<string, Observation[]>();
  for (const records of all) {
    const { experiment, outcomes } = records;
    const { experiment_slug } = experiment;
    const cycles = findCycles(records.timeline);
    // The kit's timeline has no counts, so only its last outcome is known.
    const last = outcomes?.status === "running" ? undefined : outcomes?.by_tag;
    const isKit = cycles.length === 0 && last !== undefined;
    const findRecord = () => experimentPaths(experiment)[isKit ? "outcomes" : "timeline"];
    for (const { by_tag, flaky } of isKit ? [{ by_tag: last, flaky: noneFlaky }] : cycles) {
      for (const [tag, counts] of Object.entries(by_tag)) {
        const others = observed.get(tag) ?? [];
        const { passed, failed } = counts;
        others.push({ experiment_slug, passed, failed, flaky: ownValue(flaky, tag) ?? 0, findRecord });
        observed.set(tag, others);
      }
    }
  }
  return observed;
}

/** Finds suites that fail in every cycle of every experiment, which may be broken themselves. */
export function warnOfPermanentlyRed(observed: ReadonlyMap<string, Observation[]>): Warning[] {
  return sortTags([...observed.keys()]).flatMap((tag) => {
    const seen = observed.get(tag) ?? [];
    if (seen.length < 2 || seen.some((each) => each.failed === 0)) return [];
    const message = `${tag} failed in all ${seen.length} cycles of all experiments.`;
    return [makeWarning(`${tag}-row-perma-red`, message, listRecords(seen))];
  });
}

export function warnOfNeverReported(all: ExperimentRecords[], planned: string[]): Warning[] {
  if (planned.length === 0) return [];
  const reported = listCountedTags(all);
  const missing = sortTags(planned.filter((tag) => !reported.has(tag)));
  const [first] = all.filter(({ outcomes }) => outcomes !== undefined && outcomes.status !== "running");
  if (first === undefined || missing.length === 0) return [];
  const { workspace, feature_id } = first.experiment;
  const one = missing.length === 1;
  const message = `The plan has ${one ? "a suite" : "suites"} for ${missing.join(", ")}, but no experiment reported ${one ? "it" : "them"}.`;
  return [makeWarning("tag-never-reported", message, [planPath(workspace, feature_id)])];
}

export function warnOfNeverRed(observed: ReadonlyMap<string, Observation[]>): Warning[] {
  const green = sortTags([...observed.keys()]).flatMap((tag) => {
    const seen = observed.get(tag) ?? [];
    return isEverGreen(seen) ? [{ tag, seen }] : [];
  });
  if (green.length === 0) return [];
  const suites = green.map(({ tag, seen }) => `${tag} (${seen.length} cycles)`).join(", ");
  const message = `Never failed: ${suites}. Break the code once to make sure that they can.`;
  const records = green.flatMap(({ seen }) => listRecords(seen));
  return [makeWarning("suite-never-red", message, records)];
}

function isEverGreen(seen: Observation[]): boolean {
  const isRepeated = new Set(listSlugs(seen)).size < seen.length;
  return isRepeated && seen.length >= greenForLong && seen.every((each) => each.failed + each.flaky === 0);
}

/**
 * Finds experiments whose last cycle counts fewer tests than an earlier one. If the tests came back, nothing shrank.
 */
export function warnOfShrinkingCounts(observed: ReadonlyMap<string, Observation[]>): Warning[] {
  return sortTags([...observed.keys()]).flatMap((tag) => warnOfFewerTests(tag, observed.get(tag) ?? []));
}

function warnOfFewerTests(tag: string, seen: Observation[]): Warning[] {
  const last = new Map<
    string,
    Pick<Observation, "experiment_slug" | "findRecord"> & { was: number; is: number }
  >();
  for (const { experiment_slug, findRecord, passed, failed, flaky } of seen) {
    const is = passed + failed + flaky;
    const was = Math.max(is, last.get(experiment_slug)?.was ?? 0);
    last.set(experiment_slug, { experiment_slug, findRecord, was, is });
  }
  const shrunk = [...last.values()].filter(({ was, is }) => is < was);
  if (shrunk.length === 0) return [];
  const list = shrunk.map((each) => `${each.experiment_slug} from ${each.was} to ${each.is}`);
  const message = `${tag} counts fewer tests than an earlier cycle: ${nameSome(list, maxShown)}. Were tests deleted or skipped?`;
  return [makeWarning("counts-shrink", message, listRecords(shrunk))];
}

export function warnOfIdle(all: ExperimentRecords[]): Warning[] {
  const waiting = all.filter((each) => each.problem === undefined && !hasCycle(each));
  if (waiting.length === 0) return [];
  const slugs = waiting.map(({ experiment }) => experiment.experiment_slug);
  const message = `No cycle since the branch was created: ${nameSome(slugs, maxShown)}.`;
  const records = waiting.map(({ experiment }) => experimentPaths(experiment).branch);
  return [makeWarning("no-cycle-since-cut", message, records)];
}

/** Outcomes are set aside when the branch is replaced; the kit writes a first outcome when it cuts one. */
function hasCycle({ outcomes, timeline }: ExperimentRecords): boolean {
  if (outcomes === undefined) return false;
  return outcomes.evidence !== undefined || timeline.some(({ kind }) => kind !== "cut");
}

function listRecords(seen: Pick<Observation, "findRecord">[]): string[] {
  return seen.map(({ findRecord }) => findRecord());
}
