import type { ExperimentRef } from "../../../experiments/layout.ts";
import { git } from "../../../git/git.ts";

const root = "refs/lakebase-experiments";

/** The ref that keeps what was verified from git's clean-up; no git branch, and never pushed by default. */
function namePin({ feature_id, experiment_slug }: ExperimentRef): string {
  return `${root}/${feature_id}/${experiment_slug}`;
}

export async function pinCommit(ref: ExperimentRef, commit: string): Promise<void> {
  await git(ref.workspace, ["update-ref", namePin(ref), commit]);
}

export async function unpinCommit(ref: ExperimentRef): Promise<void> {
  await git(ref.workspace, ["update-ref", "-d", namePin(ref)]);
}

/** A commit that is pinned, and the experiment that it is pinned for. */
export interface Pin {
  /** The whole name of the ref. */
  ref: string;
  commit: string;
  feature_id: string;
  experiment_slug: string;
}

/** All pins of the repository, those of other checkouts' experiments among them. */
export async function listPins(workspace: string): Promise<Pin[]> {
  const { stdout } = await git(workspace, ["for-each-ref", "--format=%(refname) %(objectname)", root]);
  return stdout.split("\n").flatMap((line) => {
    const [, feature_id, experiment_slug, commit] = /^refs\/[^/]+\/([^/]+)\/([^/ ]+) (\S+)$/.exec(line) ?? [];
    if (feature_id === undefined || experiment_slug === undefined || commit === undefined) return [];
    return [{ ref: `${root}/${feature_id}/${experiment_slug}`, commit, feature_id, experiment_slug }];
  });
}

/** Removes a pin, if it is where it was seen; else it stays. */
export async function removePin(workspace: string, { ref, commit }: Pin): Promise<void> {
  await git(workspace, ["update-ref", "-d", ref, commit]);
}
