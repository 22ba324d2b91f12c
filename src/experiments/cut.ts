import type { ErrorDescription } from "../../schemas/error.ts";
import type { Context } from "../context.ts";
import { describeError } from "../core-error.ts";
import { toBranchName } from "../lakebase/branch-id.ts";
import { createBranch } from "../lakebase/create-branch.ts";
import { findExperiment, ignoreBulkyRecords, recordExperiment } from "./experiments.ts";
import { type ExperimentRef, experimentPaths } from "./layout.ts";
import { readPlan } from "./plan.ts";
import { codeDirectory, createWorktree } from "./worktrees.ts";

export interface CutInput {
  feature_id: string;
  experiments: { experiment_slug: string; notes?: string | undefined }[];
  /** Default: the plan's, else the project's default branch. */
  parent_branch?: string | undefined;
  /** Default: the plan's. */
  ttl?: string | undefined;
  /** Whether each gets a git worktree too. Default no: the suites pick their design by `EXPERIMENT_SLUG`. */
  worktree?: boolean | undefined;
}

export interface CutResult {
  experiments: CutExperiment[];
  errors: ({ experiment_slug: string } & ErrorDescription)[];
}

export interface CutExperiment {
  experiment_slug: string;
  branch: string;
  created: boolean;
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
  const parentBranch = input.parent_branch ?? plan.parent_branch;
  const ttl = input.ttl ?? plan.ttl;
  const { worktree = false } = input;
  const settled = await Promise.all(
    input.experiments.map(async ({ experiment_slug, notes }) => {
      const ref = { workspace: context.workspace, feature_id: input.feature_id, experiment_slug };
      try {
        return await cutExperiment(context, ref, { parentBranch, ttl, notes, worktree });
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
  /** The branch's lifetime, as `604800s`. */
  ttl: string;
  notes?: string | undefined;
  worktree: boolean;
}

/** Cuts one experiment: its branch and worktree first, its record when they are there. */
export async function cutExperiment(
  { lakebase, signal }: Pick<Context, "lakebase" | "signal">,
  ref: ExperimentRef,
  { parentBranch, ttl, notes, worktree }: CutOptions,
): Promise<CutExperiment> {
  // The name is made once; a record keeps the one it was cut with.
  const recorded = await findExperiment(ref);
  const name = recorded?.branch ?? toBranchName(ref.feature_id, ref.experiment_slug);
  const { branch, created } = await createBranch(lakebase, {
    branch: name,
    parentBranch,
    expiry: { ttl },
    signal,
  });
  await ignoreBulkyRecords(ref.workspace);
  if (worktree) await createWorktree(ref);
  await recordExperiment({ ...ref, branch: branch.branch }, notes);
  return {
    experiment_slug: ref.experiment_slug,
    branch: branch.branch,
    created,
    directory: experimentPaths(ref).directory,
    code_directory: await codeDirectory(ref),
  };
}
