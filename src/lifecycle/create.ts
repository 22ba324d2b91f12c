import type { ErrorDescription } from "../../schemas/error.ts";
import type { Plan } from "../../schemas/plan.ts";
import type { Context } from "../context.ts";
import {
  type Experiment,
  findExperiment,
  ignoreBulkyRecords,
  recordExperiment,
} from "../experiments/experiments.ts";
import { type ExperimentRef, experimentPaths } from "../experiments/layout.ts";
import { hasOutcomes } from "../experiments/outcomes.ts";
import { readPlan } from "../experiments/plan.ts";
import { setOutcomesAside } from "../experiments/set-aside.ts";
import { codeDirectory, createWorktree } from "../experiments/worktrees.ts";
import { toBranchName } from "../lakebase/branch-id.ts";
import { type CreateBranchInput, createBranch } from "../lakebase/create-branch.ts";
import { withProcessCap } from "../lakebase/lakebase.ts";
import { describeError } from "../utils/core-error.ts";

export interface CutInput {
  feature_id: string;
  experiments: { experiment_slug: string; notes?: string | undefined }[];
  /** Default: the plan's, else the project's default branch. */
  parent_branch?: string | undefined;
  /** Default: the plan's. */
  ttl?: string | undefined;
  /** Whether each gets a git worktree too. Default no: the suites pick their design by `EXPERIMENT_SLUG`. */
  worktree?: boolean | undefined;
  /** Delete the branches of experiments that are recorded, and fork them again. */
  fresh?: boolean | undefined;
}

export interface CutResult {
  experiments: CutExperiment[];
  errors: ({ experiment_slug: string } & ErrorDescription)[];
}

export interface CutExperiment {
  experiment_slug: string;
  branch: string;
  /** False where the branch was there before. */
  created: boolean;
  /** RFC 3339; earlier than asked for where the plan's shorter ttl had to do. */
  expire_time: string | null;
  /** How often a passing failure was answered by another try; left out for never. */
  retries?: number;
  /** Of its records. */
  directory: string;
  /** Where its code is. */
  code_directory: string;
}

/**
 * Cuts a branch for each experiment and records it. One that cannot be cut is an error of its own.
 * @throws CoreError `unknown_feature`, `invalid_plan`, before anything is made
 */
export async function cutExperiments(context: Context, input: CutInput): Promise<CutResult> {
  const plan = await readPlan(context.workspace, input.feature_id);
  const lakebase = withProcessCap(context.lakebase, plan.budget.concurrent_branches);
  const fork = {
    parentBranch: input.parent_branch ?? plan.parent_branch,
    missingParent: plan.missing_parent,
    ttl: input.ttl ?? plan.ttl,
    shorterTtls: plan.shorter_ttls,
    fresh: input.fresh ?? false,
    worktree: input.worktree ?? false,
  };
  const settled = await Promise.all(
    input.experiments.map(async ({ experiment_slug, notes }) => {
      const ref = { workspace: context.workspace, feature_id: input.feature_id, experiment_slug };
      try {
        return await cutExperiment({ ...context, lakebase }, ref, { ...fork, notes });
      } catch (error) {
        return { experiment_slug, ...describeError(error) };
      }
    }),
  );
  return {
    experiments: settled.filter((each) => "branch" in each),
    errors: settled.filter((each) => "code" in each),
  };
}

export interface CutOptions {
  parentBranch?: string | undefined;
  missingParent?: Plan["missing_parent"];
  /** The branch's lifetime, as `604800s`. */
  ttl: string;
  shorterTtls?: Plan["shorter_ttls"];
  notes?: string | undefined;
  fresh: boolean;
  worktree: boolean;
}

/**
 * Cuts one experiment: its branch and worktree first, its record when they are there. Outcomes of an earlier branch
 * are set aside.
 * @throws LakebaseBranchError `branch_conflict` where its branch has been raced on, unless it is to be fresh
 */
export async function cutExperiment(
  { lakebase, signal }: Pick<Context, "lakebase" | "signal">,
  ref: ExperimentRef,
  { notes, fresh, worktree, ttl, ...fork }: CutOptions,
): Promise<CutExperiment> {
  // The name is made once; a record keeps the one it was cut with.
  const recorded = await findExperiment(ref);
  const branch = recorded?.branch ?? toBranchName(ref.feature_id, ref.experiment_slug);
  const existing = fresh ? replaceIfOurs(recorded) : hasOutcomes(ref) ? "refuse" : "reuse";
  const cut = await createBranch(lakebase, { ...fork, branch, expiry: { ttl }, existing, signal });
  await ignoreBulkyRecords(ref.workspace);
  if (cut.created) await setOutcomesAside(ref);
  if (worktree) await createWorktree(ref);
  const { branch: name, uid, parent_branch, expire_time } = cut.branch;
  const record = { branch: name, uid, parent_branch, cut_at: new Date().toISOString(), expire_time };
  await recordExperiment({ ...ref, branch: name }, { notes, cut: cut.created ? record : undefined });
  return {
    experiment_slug: ref.experiment_slug,
    branch: cut.branch.branch,
    created: cut.created,
    expire_time: cut.branch.expire_time,
    ...(cut.retries > 0 ? { retries: cut.retries } : {}),
    directory: experimentPaths(ref).directory,
    code_directory: await codeDirectory(ref),
  };
}

/** What a fresh fork may do to the branch that is there: only one that a record names is ours to delete. */
export function replaceIfOurs(recorded: Experiment | undefined): CreateBranchInput["existing"] {
  return recorded === undefined ? "refuse" : { replace: { owned: true } };
}
