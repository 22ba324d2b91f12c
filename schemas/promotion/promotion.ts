import * as z from "zod";
import { errorSchema } from "../error.ts";
import { byTagSchema } from "../experiment/outcomes.ts";
import { ledgerSchema } from "./ledger.ts";

/** How an experiment's commit is merged into a git branch. */
const mergedCodeSchema = z.object({
  /** The git branch, without `refs/heads/`. */
  target: z.string(),
  target_commit: z.string(),
  experiment_commit: z.string(),
  /** The commit the target will point to: the merge of both, or one of them if it contains the other. */
  merge_commit: z.string(),
  how: z.enum(["up_to_date", "fast_forward", "merge"]),
});
export type MergedCode = z.infer<typeof mergedCodeSchema>;

/** The branch that an experiment was forked from. */
const parentBranchSchema = z.object({
  branch: z.string(),
  /** The uid; null if Lakebase returned none. */
  uid: z.string().nullable(),
});
export type ParentBranch = z.infer<typeof parentBranchSchema>;

/** `verification.json`: the verification of a promotion, and its result. */
export const verificationSchema = z.object({
  run_id: z.string(),
  /** The cycle under which its artifacts are kept. */
  cycle_id: z.string(),
  /** The commit that the suites ran on. */
  commit: z.string(),
  /** Null for a design in the main checkout, which has no code of its own to merge. */
  code: mergedCodeSchema.nullable(),
  parent: parentBranchSchema,
  /** Fingerprint of the plan's setup, suites and migration. */
  plan: z.string(),
  /** What exists only during the run. */
  scratch: z.object({
    branch: z.string(),
    /** Null until it exists. */
    branch_uid: z.string().nullable(),
    /** Absolute; null if the suites ran in the main checkout. */
    worktree: z.string().nullable(),
  }),
  state: z.enum(["running", "succeeded", "failed", "not_measured", "stopped"]),
  by_tag: byTagSchema,
  error: errorSchema.optional(),
  /** How the schema that the suites ran on differs from the parent's; absent if it does not. */
  schema_diff_summary: z.string().optional(),
  /** The migration ledgers as they will be after a promotion. */
  ledgers: z.array(ledgerSchema),
  begun_at: z.string(),
  ended_at: z.string().optional(),
});
export type Verification = z.infer<typeof verificationSchema>;

const promotionStepSchema = z.enum(["safety_branch", "migrate", "checkouts", "advance", "git_branch"]);
export type PromotionStep = z.infer<typeof promotionStepSchema>;

/** The branch that preserves the parent as it was. */
export const safetyBranchSchema = z.object({
  branch: z.string(),
  /** RFC 3339: it did not exist before this time. */
  since: z.string(),
  /** Null until it exists. */
  uid: z.string().nullable(),
  expire_time: z.string().nullable(),
});

/** `promotion.json`: the journal of a promotion, written before and after each of its steps. */
export const promotionSchema = z.object({
  feature_id: z.string(),
  experiment_slug: z.string(),
  /** The last run that worked on it. */
  run_id: z.string(),
  /** `promoted` is final, and so is `ready` if the plan stops at a git branch; `failed` can be retried. */
  state: z.enum(["running", "failed", "promoted", "ready"]),
  mode: z.enum(["merge", "branch"]),
  /** What is promoted. */
  verified: verificationSchema.pick({ run_id: true, cycle_id: true, commit: true, code: true, parent: true }),
  safety_branch: safetyBranchSchema.optional(),
  /**
   * Whether an earlier promotion began to migrate the parent and did not finish: the safety branch has the parent as it
   * was before that.
   */
  parent_changed: z.boolean().optional(),
  /** The temporary worktree for the migration. Absolute; null if none is needed. */
  scratch_worktree: z.string().nullable(),
  /** The git branch for a pull request, if the plan stops there. */
  git_branch: z.string().optional(),
  /** The commit to which an earlier promotion had set that git branch. */
  former_commit: z.string().optional(),
  steps: z.array(
    z.object({
      step: promotionStepSchema,
      state: z.enum(["begun", "done", "failed"]),
      ts: z.string(),
      run_id: z.string(),
      error: errorSchema.optional(),
      /** Absolute path of the step's output. */
      log: z.string().optional(),
    }),
  ),
  /** The objections that were accepted. */
  accepted: z.array(z.string()),
  warnings: z.array(z.string()),
  error: errorSchema.optional(),
  begun_at: z.string(),
  ended_at: z.string().optional(),
});
export type Promotion = z.infer<typeof promotionSchema>;
