import type { ErrorDescription } from "../../schemas/error.ts";
import type { Context } from "../context.ts";
import { findBranchPrefix } from "../experiments/branch-prefix.ts";
import { ignoreBulkyRecords } from "../experiments/experiments.ts";
import { type ExperimentRef, experimentPaths } from "../experiments/layout.ts";
import { readPlan } from "../experiments/plan.ts";
import { codeDirectory, createWorktree } from "../experiments/worktrees.ts";
import { listBranches } from "../lakebase/branches.ts";
import { withProcessCap } from "../lakebase/lakebase.ts";
import { describeError } from "../utils/describe-error.ts";
import { nameBranches } from "./branch-names.ts";
import type { BranchWish } from "./branch-wish.ts";
import { refuseCaseTwin } from "./case-twin.ts";
import { cutBranch } from "./cut-branch.ts";

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
  /** What is to be known of what was done all the same. */
  warnings: string[];
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
 * Cuts a branch for each experiment and records it. One that cannot be cut is an error of its own; one that is there
 * is left as it is, unless it is to be fresh.
 * @throws CoreError `unknown_feature`, `invalid_plan`, `invalid_branch_prefix`, and LakebaseError where branches cannot
 *   be listed, before anything is made
 */
export async function cutExperiments(context: Context, input: CutInput): Promise<CutResult> {
  const { workspace, signal } = context;
  const plan = await readPlan(workspace, input.feature_id);
  const lakebase = withProcessCap(context.lakebase, plan.budget.concurrent_branches);
  const slugs = input.experiments.map(({ experiment_slug }) => experiment_slug);
  const prefix = findBranchPrefix(context, plan);
  const names = await nameBranches(workspace, input.feature_id, slugs, prefix);
  const wish = {
    branches: await listBranches(lakebase, { signal }),
    parentBranch: input.parent_branch ?? plan.parent_branch,
    isParentNamed: input.parent_branch !== undefined,
    missingParent: plan.missing_parent,
    expiry: { ttl: input.ttl ?? plan.ttl },
    isExpiryNamed: true,
    shorterTtls: plan.shorter_ttls,
    fresh: input.fresh ?? false,
  };
  const settled = await Promise.all(
    input.experiments.map(async ({ experiment_slug, notes }) => {
      const ref = { workspace, feature_id: input.feature_id, experiment_slug };
      const name = names.get(experiment_slug) ?? "";
      try {
        return await cutExperiment({ ...context, lakebase }, ref, input.worktree, { ...wish, name, notes });
      } catch (error) {
        return { error: { experiment_slug, ...describeError(error) } };
      }
    }),
  );
  return {
    experiments: settled.flatMap((each) => ("experiment" in each ? [each.experiment] : [])),
    warnings: settled.flatMap((each) => ("experiment" in each ? each.warnings : [])),
    errors: settled.flatMap((each) => ("error" in each ? [each.error] : [])),
  };
}

/**
 * Cuts one experiment: its worktree first, then its branch and its record.
 * @throws CoreError `slug_differs_by_case`, and what `cutBranch` throws
 */
async function cutExperiment(
  context: Pick<Context, "lakebase" | "signal">,
  ref: ExperimentRef,
  worktree: boolean | undefined,
  wish: BranchWish,
): Promise<{ experiment: CutExperiment; warnings: string[] }> {
  refuseCaseTwin(ref);
  await ignoreBulkyRecords(ref.workspace);
  if (worktree === true) await createWorktree(ref);
  const { branch, created, retries, warnings } = await cutBranch(context, ref, wish);
  const experiment = {
    experiment_slug: ref.experiment_slug,
    branch: branch.branch,
    created,
    expire_time: branch.expire_time,
    ...(retries > 0 ? { retries } : {}),
    directory: experimentPaths(ref).directory,
    code_directory: await codeDirectory(ref),
  };
  return { experiment, warnings };
}
