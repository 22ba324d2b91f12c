import type { BundleManifest } from "../../schemas/bundle.ts";
import type { ExperimentOutcomes } from "../../schemas/experiment/outcomes.ts";
import type { Plan } from "../../schemas/plan/plan.ts";
import { fingerprintSuite } from "../experiments/code/fingerprint.ts";
import { findWorktree } from "../experiments/code/worktrees.ts";
import { type Experiment, getExperiment } from "../experiments/experiments.ts";
import { readOutcomes } from "../experiments/outcomes/outcomes.ts";
import { readPlan } from "../experiments/plan.ts";
import { type CountedCycle, findCycles } from "../experiments/timeline/entries.ts";
import { readTimeline } from "../experiments/timeline/timeline.ts";
import { findCommit } from "../git/repository.ts";
import { findRemoteBranch } from "../git/worktrees/add-worktree.ts";
import { ownValue } from "../utils/own-value.ts";
import { nameSome } from "../utils/text/name-some.ts";
import { unfit } from "./refusal.ts";

/** What a bundle that fits belongs to in this workspace. */
export interface Fit {
  experiment: Experiment;
  plan: Plan;
}

/**
 * Checks a bundle against the current state of the workspace: it must have measured the experiment's own code on its own
 * branch, with the plan's suites, and be newer than what is there.
 * @throws CoreError `unknown_feature`, `unknown_experiment`, `experiment_closed`, `bundle_other_plan`,
 *   `bundle_uncommitted`, `bundle_other_commit`, `bundle_other_branch`, `bundle_older`, `bundle_empty`
 */
export async function checkFit(workspace: string, manifest: BundleManifest): Promise<Fit> {
  const { feature_id, experiment_slug } = manifest;
  const plan = await readPlan(workspace, feature_id);
  const experiment = await getExperiment({ workspace, feature_id, experiment_slug });
  checkFindings(manifest);
  checkPlan(manifest, plan);
  await checkCommit(manifest, experiment);
  checkBranch(manifest, experiment);
  checkAge(manifest, await readOutcomes(experiment).catch(() => undefined));
  return { experiment, plan };
}

/** Finds the cycle of this workspace that already contains a bundle's results, imported or made here. */
export async function findCounted(
  experiment: Experiment,
  { run_id }: Pick<BundleManifest, "run_id">,
): Promise<CountedCycle | undefined> {
  return findCycles(await readTimeline(experiment)).find(
    (cycle) => cycle.run_id === run_id || cycle.imported.some((part) => part.run_id === run_id),
  );
}

function checkFindings({ by_tag, setup_failed, run_id, tags }: BundleManifest): void {
  const all = Object.values(by_tag);
  const isFinding = ({ code, unfinished }: (typeof all)[number]) => code === undefined && unfinished !== true;
  if (setup_failed !== undefined || all.some(isFinding)) return;
  const why = all.find(({ reason }) => reason !== undefined)?.reason ?? "its run ended before";
  throw unfit(
    "bundle_empty",
    `${run_id} did not measure ${nameSome(tags, 5)}: ${why}.`,
    "Remove the cause, then run there again.",
  );
}

function checkPlan({ by_tag, machine }: BundleManifest, plan: Plan): void {
  const other = Object.entries(by_tag).find(([tag, { suite }]) => {
    const own = ownValue(plan.suites, tag);
    return own === undefined || fingerprintSuite(plan, own) !== suite;
  });
  if (other === undefined) return;
  const [tag] = other;
  const what =
    ownValue(plan.suites, tag) === undefined
      ? `The plan has no suite for ${tag}`
      : `The suite of ${tag}, or what the plan runs it with, is different on ${machine}`;
  throw unfit("bundle_other_plan", `${what}.`, "Run there again with the plan.json of this workspace.");
}

async function checkCommit(
  { commit, dirty, machine }: BundleManifest,
  experiment: Experiment,
): Promise<void> {
  if (commit === null || dirty) {
    const what = `${machine} ran code that is in no commit: its checkout had changes.`;
    throw unfit("bundle_uncommitted", what, "Commit and push, check that out there, and run again.");
  }
  const { name, tip } = await findTip(experiment);
  if (commit === tip) return;
  const here = tip === undefined ? "is not here" : `is at ${tip.slice(0, 10)}`;
  throw unfit(
    "bundle_other_commit",
    `${machine} ran ${commit.slice(0, 10)}, but ${name} ${here}.`,
    `Fetch ${name} and bring it to that commit, or run there again at the commit that it has here.`,
  );
}

/** Finds the commit that an experiment's code is at. If its git branch was only fetched, that is the remote's. */
async function findTip(experiment: Experiment): Promise<{ name: string; tip: string | undefined }> {
  const { workspace } = experiment;
  const worktree = await findWorktree(experiment);
  if (worktree === undefined) return { name: "the main checkout", tip: await findCommit(workspace, "HEAD") };
  const { git_branch } = worktree;
  const local = await findCommit(workspace, `refs/heads/${git_branch}`);
  const remote = local === undefined ? await findRemoteBranch(workspace, git_branch) : undefined;
  return { name: git_branch, tip: local ?? (remote && (await findCommit(workspace, remote))) };
}

/** A branch with another uid has another state, whatever its name: counts made on it say nothing about this one. */
function checkBranch({ branch, branch_uid, machine }: BundleManifest, experiment: Experiment): void {
  const known = experiment.branch_uid ?? null;
  if (branch === experiment.branch && (known === null || branch_uid === known)) return;
  const uid = (each: string | null) => (each === null ? "no uid" : each);
  const what = `${machine} ran on branch ${branch} (${uid(branch_uid)}), but the experiment's is ${experiment.branch} (${uid(known)}).`;
  const hint =
    "Run there on the experiment's own branch: both machines need the same Lakebase project, and this workspace's branch.json of the experiment.";
  throw unfit("bundle_other_branch", what, hint);
}

function checkAge(manifest: BundleManifest, outcomes: ExperimentOutcomes | undefined): void {
  const evidence = outcomes?.evidence;
  if (evidence === undefined) return;
  for (const tag of Object.keys(manifest.by_tag)) {
    const { source, unfinished, code } = ownValue(evidence.by_tag, tag) ?? {};
    const run = source?.origin?.run_id ?? source?.run_id;
    const isFinding = unfinished !== true && code === undefined;
    if (run === undefined || !isFinding || !isLater(run, manifest.run_id)) continue;
    throw unfit(
      "bundle_older",
      `${run} measured ${tag} later than ${manifest.run_id} of ${manifest.machine} did.`,
      "The newer result stays. Run there again to replace it.",
    );
  }
}

/** Whether a run began after another one. Their ids begin with the time. */
function isLater(run: string, than: string): boolean {
  const begin = (id: string) => id.slice(0, "run-20260102T030405".length);
  return begin(run) > begin(than);
}
