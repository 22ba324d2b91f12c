import type { ExperimentRef } from "../../../experiments/layout.ts";
import { git } from "../../../git/git.ts";

const root = "refs/lakebase-experiments";

/**
 * The name of the ref that protects the verified commit from git's garbage collection; not a git branch, and not pushed
 * by default.
 */
function namePin({ feature_id, experiment_slug }: ExperimentRef): string {
  return `${root}/${feature_id}/${experiment_slug}`;
}

export async function pinCommit(ref: ExperimentRef, commit: string): Promise<void> {
  await git(ref.workspace, ["update-ref", namePin(ref), commit]);
}

export async function unpinCommit(ref: ExperimentRef): Promise<void> {
  // A clean-up finds what is left.
  await git(ref.workspace, ["update-ref", "-d", namePin(ref)], {}, { mayStop: true });
}

/** A pinned commit, and the experiment it is pinned for. */
export interface Pin {
  /** The full name of the ref. */
  ref: string;
  commit: string;
  feature_id: string;
  experiment_slug: string;
}

/** Lists all pins of the repository, including those of other checkouts' experiments. */
export async function listPins(workspace: string): Promise<Pin[]> {
  const { stdout } = await git(workspace, ["for-each-ref", "--format=%(refname) %(objectname)", root]);
  return stdout.split("\n").flatMap((line) => {
    const [, feature_id, experiment_slug, commit] = /^refs\/[^/]+\/([^/]+)\/([^/ ]+) (\S+)$/.exec(line) ?? [];
    if (feature_id === undefined || experiment_slug === undefined || commit === undefined) return [];
    return [{ ref: `${root}/${feature_id}/${experiment_slug}`, commit, feature_id, experiment_slug }];
  });
}

/** Removes a pin unless it has moved since it was listed. */
export async function removePin(workspace: string, { ref, commit }: Pin): Promise<void> {
  await git(workspace, ["update-ref", "-d", ref, commit]);
}
