import type { TagEvidence } from "../../schemas/experiment/outcomes.ts";
import type { CycleCounts } from "../runs/cycle/counts.ts";
import { findFlaky } from "../runs/cycle/find-flaky.ts";
import { describeSource } from "../runs/cycle/record.ts";
import type { CycleIdentity } from "../runs/cycle/scope.ts";
import { onOneLine } from "../utils/text/printable.ts";
import { sharedFolders } from "./manifest.ts";
import { nameShared } from "./move-artifacts.ts";
import type { Bundle } from "./read-bundle.ts";
import type { RecountedTag } from "./recount.ts";

/** In characters: reasons are sentences. */
const longestReason = 1_000;

/**
 * Returns what a bundle adds to the counts of a cycle: what its reports show, tied to this cycle's run, with the run and
 * machine that it came from.
 */
export async function countBundle(
  cycle: CycleIdentity,
  { manifest }: Bundle,
  recounted: readonly RecountedTag[],
): Promise<CycleCounts> {
  const counts: CycleCounts = { by_tag: {}, evidence: {} };
  const { run_id, machine, tags, setup_failed } = manifest;
  const origin = { run_id, machine };
  for (const { tag, verdict } of recounted) {
    const claim = manifest.by_tag[tag];
    if (claim === undefined) continue;
    const { outcome: _outcome, suite, flaky: _flaky, reason, failed_first, ...measured } = claim;
    const source = { ...describeSource(cycle, suite), origin };
    const own: TagEvidence = { ...measured, source };
    if (reason !== undefined) own.reason = onOneLine(reason, longestReason);
    counts.evidence[tag] = own;
    if (failed_first !== undefined)
      counts.failed_first = { ...counts.failed_first, [tag]: onOneLine(failed_first, longestReason) };
    if (verdict.state === "no_evidence") continue;
    counts.by_tag[tag] = verdict.outcome;
    if (verdict.flaky > 0) own.flaky = verdict.flaky;
    const flakyTests = await findFlaky(cycle, tag, source, verdict.cases);
    if (flakyTests.length > 0) counts.flaky = { ...counts.flaky, [tag]: flakyTests };
  }
  if (setup_failed !== undefined) {
    const { reason, artifact } = setup_failed;
    const isShared = sharedFolders.some((folder) => artifact.startsWith(`${folder}/`));
    counts.setup_failed = {
      reason: onOneLine(reason, longestReason),
      artifact: isShared ? nameShared(tags, artifact) : artifact,
    };
  }
  return counts;
}

/** Joins the counts of several bundles of one cycle, in the order of the plan's tags. No two count the same tag. */
export function addCounts(all: readonly CycleCounts[], tags: readonly string[]): CycleCounts {
  const join = <Value>(pick: (counts: CycleCounts) => Record<string, Value> | undefined) => {
    const entries = all.flatMap((counts) => Object.entries(pick(counts) ?? {}));
    return Object.fromEntries(entries.sort(([a], [b]) => tags.indexOf(a) - tags.indexOf(b)));
  };
  const flaky = join((counts) => counts.flaky);
  const failed_first = join((counts) => counts.failed_first);
  return {
    by_tag: join(({ by_tag }) => by_tag),
    evidence: join(({ evidence }) => evidence),
    setup_failed: all.find(({ setup_failed }) => setup_failed !== undefined)?.setup_failed,
    ...(Object.keys(flaky).length > 0 && { flaky }),
    ...(Object.keys(failed_first).length > 0 && { failed_first }),
  };
}
