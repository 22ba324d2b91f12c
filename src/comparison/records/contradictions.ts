import type { Evidence, TagOutcome, TagSource } from "../../../schemas/experiment/outcomes.ts";
import { runIdSchema } from "../../../schemas/names.ts";
import type { Run } from "../../../schemas/run.ts";
import { experimentPaths, runJournalPath } from "../../experiments/layout.ts";
import { type CountedCycle, findCycles } from "../../experiments/timeline/entries.ts";
import type { TimelineEntry } from "../../experiments/timeline/timeline.ts";
import { isValid } from "../../utils/is-valid.ts";
import { ownValue } from "../../utils/own-value.ts";
import type { KnownRuns } from "./known-runs.ts";
import type { ExperimentRecords } from "./records.ts";

/** Why an experiment's evidence is not trusted. */
export interface Contradiction {
  reason: string;
  /** The record that disagrees, or that should confirm the evidence and does not. Absolute. */
  path: string;
  /** The run ended before it wrote its last record, so nobody else needs to have edited it. */
  isUnfinished?: boolean;
}

export interface OtherRecords {
  findRun: NonNullable<KnownRuns["findRun"]>;
  /** The experiments that claim each branch, by branch. */
  owners: ReadonlyMap<string, readonly string[]>;
}

/**
 * Finds where an experiment's evidence and other records disagree. A suite may have overwritten it, or somebody may
 * have copied it from another experiment; then it is only a claim.
 */
export function findContradiction(
  records: ExperimentRecords,
  { findRun, owners }: OtherRecords,
): Contradiction | undefined {
  const { experiment, outcomes } = records;
  const evidence = outcomes?.evidence;
  if (evidence === undefined) return undefined;
  return (
    contradictBranch(records, evidence, owners) ??
    contradictRuns(experiment, evidence) ??
    contradictCounts(records, evidence, findRun)
  );
}

function contradictBranch(
  { experiment }: ExperimentRecords,
  evidence: Evidence,
  owners: OtherRecords["owners"],
): Contradiction | undefined {
  const { branch, branch_uid, experiment_slug } = experiment;
  const others = (owners.get(branch) ?? []).filter((slug) => slug !== experiment_slug);
  if (others.length > 0)
    return {
      reason: `its branch ${branch} is also recorded for ${others.join(", ")}`,
      path: experimentPaths(experiment).branch,
    };
  if (evidence.branch !== branch)
    return {
      reason: `its evidence is from branch ${evidence.branch}, but its branch is ${branch}`,
      path: experimentPaths(experiment).outcomes,
    };
  const uid = evidence.branch_uid;
  if (typeof uid === "string" && typeof branch_uid === "string" && uid !== branch_uid)
    return {
      reason: `its evidence is from an earlier branch named ${branch}`,
      path: experimentPaths(experiment).outcomes,
    };
  return undefined;
}

function contradictRuns(
  experiment: ExperimentRecords["experiment"],
  evidence: Evidence,
): Contradiction | undefined {
  const sources = Object.values(evidence.by_tag).map(({ source }) => source?.run_id);
  const wrong = [evidence.run_id, ...sources].find((id) => id !== undefined && !isValid(runIdSchema, id));
  if (wrong === undefined) return undefined;
  return {
    reason: `its evidence names ${wrong}, which is not a run id`,
    path: experimentPaths(experiment).outcomes,
  };
}

function contradictCounts(
  records: ExperimentRecords,
  evidence: Evidence,
  findRun: OtherRecords["findRun"],
): Contradiction | undefined {
  const { outcomes, timeline } = records;
  // The run adds the cycle to the timeline last. Until then, the experiment cannot win.
  const isOpen =
    outcomes?.status === "running" ||
    Object.values(evidence.by_tag).some(({ unfinished }) => unfinished === true);
  const measured = Object.entries(evidence.by_tag).filter(([, { state }]) => state === "evidence");
  for (const [tag, { source = evidence, flaky = 0 }] of measured) {
    if (isOpen && source.run_id === evidence.run_id) continue;
    const run = findRun(source.run_id);
    const counts = ownValue(outcomes?.by_tag, tag);
    const isRecorded = findCycles(timeline).some(
      (cycle) =>
        isOfRun(cycle, source, run) &&
        isOfCode(cycle, source) &&
        isSame(ownValue(cycle.by_tag, tag), counts) &&
        (ownValue(cycle.flaky, tag) ?? 0) === flaky,
    );
    if (!isRecorded) return unrecorded(records, `${tag} with these counts and this commit`, source, run);
    const disagreement = run && contradictJournal(run, records, tag, counts);
    if (disagreement !== undefined) return disagreement;
  }
  if (evidence.setup_failed === undefined || isOpen) return undefined;
  const run = findRun(evidence.run_id);
  const isRecorded = timeline.some((entry) => isOfRun(entry, evidence, run));
  return isRecorded ? undefined : unrecorded(records, "a failed setup", evidence, run);
}

/** A run that finishes an interrupted run's cycle takes over the counts of that run. */
function isOfRun(
  entry: CountedCycle | TimelineEntry,
  { cycle_id, run_id }: Pick<TagSource, "cycle_id" | "run_id">,
  run: Run | undefined,
): boolean {
  return (
    entry.cycle_id === cycle_id &&
    entry.run_id !== undefined &&
    [run_id, run?.resumes].includes(String(entry.run_id))
  );
}

/** Earlier versions did not record the code. */
function isOfCode(cycle: CountedCycle, { commit, dirty }: Pick<TagSource, "commit" | "dirty">): boolean {
  if (cycle.commit === undefined || commit === undefined) return true;
  return cycle.commit === commit && (cycle.dirty ?? dirty) === dirty;
}

function unrecorded(
  { experiment }: ExperimentRecords,
  what: string,
  { cycle_id, run_id }: Pick<TagSource, "cycle_id" | "run_id">,
  run: Run | undefined,
): Contradiction {
  const path = experimentPaths(experiment).timeline;
  if (run?.state === "interrupted")
    return { reason: "its run ended before it was finished", path, isUnfinished: true };
  return { reason: `its timeline has no cycle ${cycle_id} of ${run_id} with ${what}`, path };
}

function contradictJournal(
  run: Run,
  { experiment }: ExperimentRecords,
  tag: string,
  counts: TagOutcome | undefined,
): Contradiction | undefined {
  const { workspace, feature_id, experiment_slug } = experiment;
  const path = runJournalPath(workspace, run.run_id);
  const result = run.results.find((each) => each.experiment_slug === experiment_slug);
  if (run.feature_id !== feature_id || result === undefined)
    return { reason: `${run.run_id} did not run it`, path };
  const counted = ownValue(result.by_tag, tag);
  const isOver = ["succeeded", "failed", "not_measured"].includes(result.status);
  if (counted === undefined ? !isOver : isSame(counted, counts)) return undefined;
  return { reason: `${run.run_id} counted ${tag} differently`, path };
}

function isSame(a: TagOutcome | undefined, b: TagOutcome | undefined): boolean {
  return a !== undefined && b !== undefined && a.passed === b.passed && a.failed === b.failed;
}
