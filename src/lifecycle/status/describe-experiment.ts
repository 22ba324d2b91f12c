import type { ExperimentRow } from "../../../schemas/comparison/comparison.ts";
import { branchRecordSchema } from "../../../schemas/experiment/branch-record.ts";
import type { Run } from "../../../schemas/run.ts";
import type { ExperimentSummary, RunStatus } from "../../../schemas/status.ts";
import { readBranchRecord } from "../../experiments/branches/branch-record.ts";
import type { ClosedExperiment } from "../../experiments/closed.ts";
import type { Experiment } from "../../experiments/experiments.ts";
import { archivedPaths } from "../../experiments/layout.ts";
import { findBranch } from "../../lakebase/branches/branches.ts";
import { isSameUid } from "../../lakebase/branches/delete-branch.ts";
import type { Branch } from "../../lakebase/resources.ts";
import { ignoreCoreError } from "../../utils/core-error.ts";
import { readRecord } from "../../utils/files/json.ts";
import { countMinutes, countMinutesSince } from "../../utils/minutes.ts";
import { clipText } from "../../utils/text/clip-text.ts";

/** The longest reason for a closing, in characters. */
const longestReason = 200;

/**
 * Describes an open experiment.
 * @param branches all branches of the project; undefined if Lakebase could not be reached
 * @param row its row of the comparison
 */
export async function describeOpen(
  experiment: Experiment,
  { branches, row, runs }: { branches: Branch[] | undefined; row: ExperimentRow | undefined; runs: Run[] },
): Promise<ExperimentSummary> {
  const { experiment_slug, branch, branch_uid } = experiment;
  const record = await readBranchRecord(experiment).catch(ignoreCoreError);
  const named = branches && findBranch(branches, branch);
  const found = named !== undefined && isSameUid(named.uid, branch_uid) ? named : undefined;
  const cut_at = found?.create_time ?? record?.cut_at;
  const expire_time = found?.expire_time ?? record?.expire_time;
  const isGone = branches !== undefined && found === undefined;
  const state = found !== undefined ? "there" : named === undefined ? "gone" : "replaced";
  // We cannot know when a missing branch went, except that it ended no later than its expiry.
  const end = isGone ? Math.min(Date.now(), Date.parse(expire_time ?? "") || Date.now()) : Date.now();
  const minutes = countMinutes(cut_at, end);
  return {
    ...{ experiment_slug, state: "open", branch },
    ...(branches !== undefined && { branch_state: state }),
    age_minutes: countMinutesSince(cut_at),
    branch_minutes: minutes,
    ...(!isGone && expire_time != null && { expires_in_minutes: countMinutes(Date.now(), expire_time) }),
    ...(row !== undefined && { signal: row.signal }),
    last_run: findLastRun(runs, experiment_slug),
  };
}

/** Describes a closed experiment. */
export async function describeClosed(
  closed: ClosedExperiment,
  runs: readonly Run[],
): Promise<ExperimentSummary> {
  const { experiment_slug, branch, status, closed_at, reason, directory } = closed;
  const record = await readRecord(archivedPaths(directory).branchRecord, branchRecordSchema).catch(
    ignoreCoreError,
  );
  return {
    ...{ experiment_slug, state: "closed", branch },
    age_minutes: countMinutesSince(record?.cut_at),
    branch_minutes: countMinutes(record?.cut_at, closed_at),
    last_run: findLastRun(runs, experiment_slug),
    closed: { status, closed_at, reason: clipText(reason, longestReason) },
  };
}

/** Finds the newest of a feature's runs, or of those that include one experiment. */
export function findLastRun(runs: readonly Run[], slug?: string): RunStatus | undefined {
  const isPart = ({ results }: Run) =>
    slug === undefined || results.some(({ experiment_slug }) => experiment_slug === slug);
  const run = runs.find(isPart);
  if (run === undefined) return undefined;
  const { run_id, kind, cycle_id, state, created_at } = run;
  return { run_id, kind, cycle_id, state, age_minutes: countMinutesSince(created_at) ?? 0 };
}
