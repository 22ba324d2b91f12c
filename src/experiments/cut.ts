import type { ErrorDescription } from "../../schemas/error.ts";
import type { Context } from "../context.ts";
import { describeError } from "../core-error.ts";
import { toBranchName } from "../lakebase/branch-id.ts";
import { createBranch } from "../lakebase/create-branch.ts";
import { findExperiment, recordExperiment } from "./experiments.ts";
import { type ExperimentRef, experimentPaths } from "./layout.ts";
import { readPlan } from "./plan.ts";

export interface CutInput {
  feature_id: string;
  experiments: { experiment_slug: string; notes?: string | undefined }[];
  /** Default: the plan's, else the project's default branch. */
  parent_branch?: string | undefined;
  /** Default: the plan's. */
  ttl?: string | undefined;
}

export interface CutResult {
  experiments: { experiment_slug: string; branch: string; created: boolean; directory: string }[];
  errors: ({ experiment_slug: string } & ErrorDescription)[];
}

/**
 * Cuts a branch for each experiment and records it. One that cannot be cut is an error of its own.
 * @throws CoreError `unknown_feature`, `invalid_plan`, before anything is made
 */
export async function cutExperiments(context: Context, input: CutInput): Promise<CutResult> {
  const plan = await readPlan(context.workspace, input.feature_id);
  const parentBranch = input.parent_branch ?? plan.parent_branch;
  const ttl = input.ttl ?? plan.ttl;
  const settled = await Promise.all(
    input.experiments.map(async ({ experiment_slug, notes }) => {
      const ref = { workspace: context.workspace, feature_id: input.feature_id, experiment_slug };
      try {
        return await cutExperiment(context, ref, { parentBranch, ttl, notes });
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

/**
 * Cuts one experiment: its branch first, its record when the branch is there.
 * @param ttl the branch's lifetime, as `604800s`
 */
export async function cutExperiment(
  { lakebase, signal }: Pick<Context, "lakebase" | "signal">,
  ref: ExperimentRef,
  {
    parentBranch,
    ttl,
    notes,
  }: { parentBranch?: string | undefined; ttl: string; notes?: string | undefined },
): Promise<CutResult["experiments"][number]> {
  // The name is made once; a record keeps the one it was cut with.
  const recorded = await findExperiment(ref);
  const branch = recorded?.branch ?? toBranchName(ref.feature_id, ref.experiment_slug);
  const cut = await createBranch(lakebase, { branch, parentBranch, expiry: { ttl }, signal });
  await recordExperiment({ ...ref, branch: cut.branch.branch }, notes);
  return {
    experiment_slug: ref.experiment_slug,
    branch: cut.branch.branch,
    created: cut.created,
    directory: experimentPaths(ref).directory,
  };
}
