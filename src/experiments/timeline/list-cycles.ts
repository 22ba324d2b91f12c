import { CoreError } from "../../utils/core-error.ts";
import { listFolders } from "../../utils/files/files.ts";
import { nameSome } from "../../utils/text/name-some.ts";
import { type ExperimentRef, experimentPaths } from "../layout.ts";
import { listRefs } from "../list-refs.ts";
import { readOutcomes } from "../outcomes/outcomes.ts";
import { readTimeline } from "./timeline.ts";

/** Lists the cycles that an experiment has records of. Unreadable records are skipped. */
export async function listCycles(ref: ExperimentRef): Promise<string[]> {
  const [folders, timeline, outcomes] = await Promise.all([
    listFolders(experimentPaths(ref).artifacts),
    readTimeline(ref).catch(() => []),
    readOutcomes(ref).catch(() => undefined),
  ]);
  const entries = timeline.map(({ cycle_id }) => cycle_id).filter((cycle) => typeof cycle === "string");
  const current = outcomes?.evidence?.cycle_id ?? [];
  return [...new Set([...folders, ...entries, current].flat())];
}

/** Returns `C<n>`, one above every numbered cycle of any of the experiments, so that all of a run share one id. */
export async function nextCycle(experiments: readonly ExperimentRef[]): Promise<string> {
  return cycleAfter((await Promise.all(experiments.map(listCycles))).flat());
}

function cycleAfter(cycles: readonly string[]): string {
  const numbers = cycles.map((cycle) => Number(/^C(\d{1,9})$/.exec(cycle)?.[1] ?? 0));
  return `C${Math.max(0, ...numbers) + 1}`;
}

const maxNamed = 5;

/**
 * Throws unless the cycle exists or is the next one, of the experiment or of its feature: the next run counts on from
 * the highest of all.
 * @throws CoreError `unknown_cycle`
 */
export async function checkCycle(ref: ExperimentRef, cycleId: string): Promise<void> {
  const own = await listCycles(ref);
  if (own.includes(cycleId) || cycleAfter(own) === cycleId) return;
  const refs = await listRefs(ref.workspace, ref.feature_id);
  const all = [...new Set((await Promise.all(refs.map(listCycles))).flat())];
  if (all.includes(cycleId) || cycleAfter(all) === cycleId) return;
  const known = own.length === 0 ? "it has none yet" : `there are ${nameSome(own.toReversed(), maxNamed)}`;
  const message = `${ref.experiment_slug} has no cycle ${cycleId}: ${known}, and the next is ${cycleAfter(own)}.`;
  throw new CoreError("unknown_cycle", message, { hint: "Use an existing cycle, or the next one." });
}
