import type { ErrorDescription } from "../../schemas/error.ts";
import type { Plan } from "../../schemas/plan/plan.ts";
import type { Context } from "../context.ts";
import { findBranchPrefix } from "../experiments/branches/branch-prefix.ts";
import { refuseMoreBranches } from "../experiments/branches/refuse-more-branches.ts";
import { refuseClosing } from "../experiments/closed.ts";
import { findCode } from "../experiments/code/worktrees.ts";
import { ignoreBulkyRecords, listExperiments } from "../experiments/experiments.ts";
import { type ExperimentRef, experimentPaths } from "../experiments/layout.ts";
import { listSlugs } from "../experiments/list-slugs.ts";
import { readPlan } from "../experiments/plan.ts";
import { listBranches } from "../lakebase/branches/branches.ts";
import { withPriority, withProcessCap } from "../lakebase/lakebase.ts";
import { ignoreCoreError } from "../utils/core-error.ts";
import { describeError } from "../utils/describe-error.ts";
import { groupBy } from "../utils/group-by.ts";
import { nameBranches } from "./branch-names.ts";
import type { BranchRequest } from "./branch-request.ts";
import { refuseCaseConflict } from "./case-conflict.ts";
import { cutBranch } from "./cut-branch.ts";
import {
  type EnsuredWorktree,
  ensureWorktree,
  keepWorktree,
  type WorktreeChoice,
} from "./ensure-worktree.ts";
import { findStart, warnOfStart } from "./worktree-start.ts";

export interface CutInput {
  feature_id: string;
  experiments: { experiment_slug: string; notes?: string | undefined }[];
  /** Default: the plan's, or else the project's default branch. */
  parent_branch?: string | undefined;
  /** Default: the plan's. */
  ttl?: string | undefined;
  /**
   * Whether each experiment gets a git worktree too. Default: new ones do if the repository has a commit, existing ones
   * stay as they are. Without a worktree, the suites pick their design by `EXPERIMENT_SLUG`.
   */
  worktree?: boolean | undefined;
  /** The commit that new worktrees' git branches start from. Default: the main checkout's HEAD. */
  base_ref?: string | undefined;
  /** Delete the branches of existing experiments and fork them again. */
  fresh?: boolean | undefined;
}

export interface CutResult {
  experiments: CutExperiment[];
  /** Caveats about what succeeded. */
  warnings: string[];
  errors: ({ experiment_slug: string } & ErrorDescription)[];
}

export interface CutExperiment {
  experiment_slug: string;
  branch: string;
  /** False if the branch already existed. */
  created: boolean;
  /** RFC 3339; earlier than requested if Lakebase accepted only one of the plan's shorter TTLs. */
  expire_time: string | null;
  /** How many attempts were repeated after a transient failure; omitted if none. */
  retries?: number;
  /** The folder of its records. */
  directory: string;
  /** The folder of its code. */
  code_directory: string;
  /** The git branch of its worktree; omitted if it has none. */
  git_branch?: string | undefined;
}

/**
 * Creates and records a worktree and a branch for each experiment. One that fails becomes an error of its own; one that
 * exists is left alone unless a fresh branch was requested. Worktrees come first, so that a missing one is restored
 * whatever Lakebase says.
 * @throws CoreError `unknown_feature`, `invalid_plan`, `budget_spent`, `invalid_branch_prefix`, `unknown_ref`, and LakebaseError if
 *   branches cannot be listed; in each case before anything new is created
 */
export async function cutExperiments(context: Context, input: CutInput): Promise<CutResult> {
  const { workspace, signal } = context;
  const plan = await readPlan(workspace, input.feature_id);
  const start = await findStart(workspace, input.base_ref);
  const lakebase = withProcessCap(context.lakebase, plan.budget.concurrent_branches);
  // One that is named twice is one: its first mention counts.
  const asked = [...groupBy(input.experiments, ({ experiment_slug }) => experiment_slug).values()].flatMap(
    ([first]) => first ?? [],
  );
  const slugs = listSlugs(asked);
  await refuseBeyondBudget(workspace, input.feature_id, slugs, plan);
  const prefix = findBranchPrefix(context, plan);
  const names = await nameBranches(workspace, input.feature_id, slugs, prefix);
  void context.spare?.keep();
  const directories = { machine: context.worktrees, plan: plan.worktrees?.directory };
  const choice = { worktree: input.worktree, start, directories, signal };
  const { feature_id } = input;
  const prepared = await Promise.all(
    asked.map((each) => prepare({ ...each, workspace, feature_id }, choice)),
  );
  const request = {
    branches: await listBranches(lakebase, { signal }).catch((error) => takeBack(prepared, error)),
    parentBranch: input.parent_branch ?? plan.parent_branch,
    isParentNamed: input.parent_branch !== undefined,
    missingParent: plan.missing_parent,
    expiry: { ttl: input.ttl ?? plan.ttl },
    isExpiryNamed: true,
    shorterTtls: plan.shorter_ttls,
    fresh: input.fresh ?? false,
  };
  const results = await Promise.all(
    prepared.map(async (each, index) => {
      if ("error" in each) return each;
      const name = names.get(each.ref.experiment_slug) ?? "";
      // In the order given, in which a run takes them too.
      const inLine = { ...context, lakebase: withPriority(lakebase, -index) };
      return cutExperiment(inLine, each, { ...request, name, notes: each.notes }, choice);
    }),
  );
  const made = results.flatMap((each) => ("experiment" in each ? [each.made] : []));
  const isCut = made.some(({ isNew }) => isNew);
  const isLacking = made.some((each) => each.isLacking);
  return {
    experiments: results.flatMap((each) => ("experiment" in each ? [each.experiment] : [])),
    warnings: [
      ...(await warnOfStart(workspace, start, { isLacking, isCut })),
      ...results.flatMap((each) => ("experiment" in each ? each.warnings : [])),
    ],
    errors: results.flatMap((each) => ("error" in each ? [each.error] : [])),
  };
}

/** Existing experiments can be repaired however many there are. @throws CoreError `budget_spent` */
async function refuseBeyondBudget(
  workspace: string,
  featureId: string,
  slugs: string[],
  { budget }: Plan,
): Promise<void> {
  // An unreadable record must not prevent others from being created.
  const found = (await listExperiments(workspace, featureId).catch(ignoreCoreError)) ?? [];
  const known = new Set(listSlugs(found));
  const added = new Set(slugs.filter((slug) => !known.has(slug))).size;
  if (added > 0) refuseMoreBranches(known.size + added, budget.max_branches, "would have");
}

/** An experiment whose worktree is ready and whose branch is next, or the reason it failed. */
type Prepared = { ref: ExperimentRef; notes: string | undefined; made: EnsuredWorktree } | Failed;

interface Failed {
  error: { experiment_slug: string } & ErrorDescription;
}

/** @throws nothing that a caller can provoke */
async function prepare(
  { workspace, feature_id, experiment_slug, notes }: ExperimentRef & { notes?: string | undefined },
  choice: WorktreeChoice,
): Promise<Prepared> {
  const ref = { workspace, feature_id, experiment_slug };
  try {
    refuseCaseConflict(ref);
    await refuseClosing(ref);
    await ignoreBulkyRecords(workspace);
    return { ref, notes, made: await ensureWorktree(ref, choice) };
  } catch (error) {
    return { error: { experiment_slug, ...describeError(error) } };
  }
}

async function takeBack(prepared: readonly Prepared[], error: unknown): Promise<never> {
  await Promise.all(prepared.map(async (each) => "made" in each && each.made.undo()));
  throw error;
}

/** Creates and records one experiment's branch. If that fails, a worktree created for it is removed again. */
async function cutExperiment(
  context: Pick<Context, "lakebase" | "logins" | "signal">,
  { ref, made: prepared }: Exclude<Prepared, Failed>,
  request: BranchRequest,
  choice: WorktreeChoice,
): Promise<{ experiment: CutExperiment; warnings: string[]; made: EnsuredWorktree } | Failed> {
  let made = prepared;
  const keep = async () => {
    made = await keepWorktree(ref, made, choice);
  };
  try {
    const { branch, created, retries, warnings } = await cutBranch(context, ref, request, keep);
    if (created) context.logins?.request(branch);
    const experiment = {
      experiment_slug: ref.experiment_slug,
      branch: branch.branch,
      created,
      expire_time: branch.expire_time,
      ...(retries > 0 ? { retries } : {}),
      directory: experimentPaths(ref).directory,
      code_directory: (await findCode(ref)).directory,
      git_branch: made.worktree?.git_branch,
    };
    return { experiment, warnings: [...made.warnings, ...warnings], made };
  } catch (error) {
    await made.undo();
    return { error: { experiment_slug: ref.experiment_slug, ...describeError(error) } };
  }
}
