import { readBranchRecord } from "../../experiments/branches/branch-record.ts";
import type { Experiment } from "../../experiments/experiments.ts";
import { nameExperiment } from "../../experiments/layout.ts";
import { findBranch } from "../../lakebase/branches/branches.ts";
import { isSameUid } from "../../lakebase/branches/delete-branch.ts";
import type { Branch } from "../../lakebase/resources.ts";
import { ignoreCoreError } from "../../utils/core-error.ts";
import { countMinutesSince } from "../../utils/minutes.ts";
import type { FoundLeftover, SearchContext } from "./found-leftover.ts";

/**
 * Finds experiments whose branch is gone or whose closing is unfinished. Their records hold measurements and decisions,
 * so they stay until someone closes them.
 */
export async function findExperiments({ records, branches }: SearchContext): Promise<FoundLeftover[]> {
  const closing = records.closing.map(
    ({ ref, record }): FoundLeftover => ({
      kind: "experiment",
      name: nameExperiment(ref),
      why: "closing it was interrupted",
      age_minutes: countMinutesSince(record.closed_at),
      left: "close it again to finish",
    }),
  );
  if (branches === undefined) return closing;
  const open = await Promise.all(records.experiments.map((each) => describeLost(each, branches)));
  return [...closing, ...open.filter((each) => each !== undefined)];
}

async function describeLost(
  experiment: Experiment,
  branches: readonly Branch[],
): Promise<FoundLeftover | undefined> {
  const found = findBranch(branches, experiment.branch);
  if (found !== undefined && isSameUid(found.uid, experiment.branch_uid)) return undefined;
  const record = await readBranchRecord(experiment).catch(ignoreCoreError);
  const what =
    found === undefined
      ? `its branch ${experiment.branch} no longer exists: it was deleted or expired`
      : `its branch ${experiment.branch} was recreated by someone else`;
  return {
    kind: "experiment",
    name: nameExperiment(experiment),
    why: what,
    age_minutes: countMinutesSince(record?.cut_at),
    left: "its record holds what was measured: create it again to go on, or close it",
  };
}
