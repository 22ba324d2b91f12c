import type { CycleHistory, History, TagTrend, Trend } from "../../../schemas/comparison/history.ts";
import type { TagOutcome } from "../../../schemas/experiment/outcomes.ts";
import { type CountedCycle, findCycles } from "../../experiments/timeline/entries.ts";
import { ownValue } from "../../utils/own-value.ts";
import { sortTags } from "../records/matrix.ts";
import type { ExperimentRecords } from "../records/records.ts";
import { formatCounts } from "../views/format.ts";

/** Only the last cycles are shown. */
const maxCounts = 8;

/** A cycle's counts for one tag, and the suite that produced them. */
interface Counted extends TagOutcome {
  flaky: number;
  suite: string | undefined;
}

/**
 * Lists how each experiment developed from cycle to cycle, according to its timeline. Cycles that the kit wrote have no
 * counts.
 */
export function compareHistory(all: ExperimentRecords[]): History {
  return {
    trends: all.flatMap(findTrends),
    cycles: all.flatMap(describeCycles),
  };
}

function findTrends({ experiment: { experiment_slug }, timeline }: ExperimentRecords): TagTrend[] {
  const cycles = findCycles(timeline);
  const tags = sortTags([...new Set(cycles.flatMap(({ by_tag }) => Object.keys(by_tag)))]);
  return tags.flatMap((tag) => {
    const counted = cycles.flatMap((cycle) => readCounted(cycle, tag) ?? []);
    const last = counted.at(-1);
    if (last === undefined || counted.length < 2) return [];
    const first = counted.find(({ suite }) => suite === last.suite);
    const shown = counted.slice(-maxCounts).map(formatCounts);
    const counts = [...(counted.length > maxCounts ? ["…"] : []), ...shown].join(" → ");
    const trend = first === last ? "other_suite" : findTrend(first, last);
    return [{ experiment_slug, tag, trend, counts, cycles: counted.length }];
  });
}

function describeCycles({ experiment: { experiment_slug }, timeline }: ExperimentRecords): CycleHistory[] {
  const before = new Map<string, Counted>();
  let previous: CountedCycle | undefined;
  const described = findCycles(timeline).map((cycle): CycleHistory => {
    const { cycle_id, run_id, ts, commit, dirty, duration_ms, durations } = cycle;
    const by_tag = sortTags(Object.keys(cycle.by_tag)).flatMap((tag) => {
      const counted = readCounted(cycle, tag);
      if (counted === undefined) return [];
      const { passed, failed, flaky } = counted;
      const trend = findTrend(before.get(tag), counted);
      before.set(tag, counted);
      const duration = ownValue(durations, tag);
      const shown = {
        ...{ passed, failed, trend },
        ...(flaky > 0 && { flaky }),
        ...(duration !== undefined && { duration_ms: duration }),
      };
      return [[tag, shown] as const];
    });
    const changed = findChanges(previous, cycle);
    previous = cycle;
    return {
      ...{ experiment_slug, cycle_id, run_id, ts, commit, dirty, duration_ms },
      by_tag: Object.fromEntries(by_tag),
      changed,
    };
  });
  return described.reverse();
}

function readCounted(cycle: CountedCycle, tag: string): Counted | undefined {
  const counts = ownValue(cycle.by_tag, tag);
  if (counts === undefined) return undefined;
  return { ...counts, flaky: ownValue(cycle.flaky, tag) ?? 0, suite: ownValue(cycle.suites, tag) };
}

/** Compares counts with those of the previous cycle. */
function findTrend(before: Counted | undefined, now: Counted): Trend {
  if (before === undefined) return "first";
  if (before.suite !== now.suite) return "other_suite";
  const passed = now.passed - before.passed;
  const red = now.failed + now.flaky - before.failed - before.flaky;
  if (passed === 0 && red === 0) return now.failed === before.failed ? "same" : "mixed";
  if (passed >= 0 && red <= 0) return "better";
  return passed <= 0 && red >= 0 ? "worse" : "mixed";
}

/** Lists what changed since the previous cycle, apart from the counts. */
function findChanges(before: CountedCycle | undefined, now: CountedCycle): string[] {
  if (before === undefined) return [];
  const suites = Object.entries(now.suites).filter(
    ([tag, suite]) => (ownValue(before.suites, tag) ?? suite) !== suite,
  );
  return [
    ...describeCodeChange(before, now),
    ...(isOther(before.branch_uid, now.branch_uid) ? ["the branch was forked again"] : []),
    ...suites.map(([tag]) => `${tag} has another suite`),
  ];
}

function describeCodeChange(before: CountedCycle, now: CountedCycle): string[] {
  if (isOther(before.commit, now.commit))
    return [`commit ${shorten(before.commit)} → ${shorten(now.commit)}${now.dirty ? " with changes" : ""}`];
  return before.dirty || now.dirty ? ["uncommitted code, which may have changed"] : [];
}

function isOther(before: string | null | undefined, now: string | null | undefined): boolean {
  return typeof before === "string" && typeof now === "string" && before !== now;
}

function shorten(commit: string | null | undefined): string {
  return commit?.slice(0, 10) ?? "none";
}
