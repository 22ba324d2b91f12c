import type { ExperimentRef } from "../../../experiments/layout.ts";
import { git } from "../../../git/git.ts";

/** The ref that keeps what was verified from git's clean-up; no git branch, and never pushed by default. */
function namePin({ feature_id, experiment_slug }: ExperimentRef): string {
  return `refs/lakebase-experiments/${feature_id}/${experiment_slug}`;
}

export async function pinCommit(ref: ExperimentRef, commit: string): Promise<void> {
  await git(ref.workspace, ["update-ref", namePin(ref), commit]);
}

export async function unpinCommit(ref: ExperimentRef): Promise<void> {
  await git(ref.workspace, ["update-ref", "-d", namePin(ref)]);
}
