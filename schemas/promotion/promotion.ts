import * as z from "zod";
import { errorSchema } from "../error.ts";
import { byTagSchema } from "../experiment/outcomes.ts";
import { ledgerSchema } from "./ledger.ts";

/** How an experiment's commit comes into a git branch. */
const mergedCodeSchema = z.object({
  /** The git branch, without `refs/heads/`. */
  target: z.string(),
  target_commit: z.string(),
  experiment_commit: z.string(),
  /** The commit that the target is to be at: the merge of both, or the one of them that has the other in it. */
  merge_commit: z.string(),
  how: z.enum(["up_to_date", "fast_forward", "merge"]),
});
export type MergedCode = z.infer<typeof mergedCodeSchema>;

/** The branch that an experiment was forked from. */
const parentBranchSchema = z.object({
  branch: z.string(),
  /** Lakebase's uid; null where it gave none. */
  uid: z.string().nullable(),
});
export type ParentBranch = z.infer<typeof parentBranchSchema>;

/** `verification.json`: what was tried before a promotion, and what came of it. */
export const verificationSchema = z.object({
  run_id: z.string(),
  /** Its artifacts are kept as those of this cycle. */
  cycle_id: z.string(),
  /** The commit that the suites ran on. */
  commit: z.string(),
  /** Null for a design in the main checkout, which has no code of its own to merge. */
  code: mergedCodeSchema.nullable(),
  parent: parentBranchSchema,
  /** Fingerprint of the plan's setup, suites and migration. */
  plan: z.string(),
  /** What is there for the time of the run alone. */
  scratch: z.object({
    branch: z.string(),
    /** Null until it is there. */
    branch_uid: z.string().nullable(),
    /** Absolute; null where the suites ran in the main checkout. */
    worktree: z.string().nullable(),
  }),
  state: z.enum(["running", "succeeded", "failed", "not_measured", "stopped"]),
  by_tag: byTagSchema,
  error: errorSchema.optional(),
  /** How the schema that the suites ran on differs from the parent's; absent where it does not. */
  schema_diff_summary: z.string().optional(),
  /** The ledgers of migrations as they are after a promotion. */
  ledgers: z.array(ledgerSchema),
  begun_at: z.string(),
  ended_at: z.string().optional(),
});
export type Verification = z.infer<typeof verificationSchema>;

const promotionStepSchema = z.enum(["safety_branch", "migrate", "checkouts", "advance", "git_branch"]);
export type PromotionStep = z.infer<typeof promotionStepSchema>;

/** The branch that keeps the parent as it was. */
export const safetyBranchSchema = z.object({
  branch: z.string(),
  /** RFC 3339: it was not there before. */
  since: z.string(),
  /** Null until it is there. */
  uid: z.string().nullable(),
  expire_time: z.string().nullable(),
});

/** `promotion.json`: the journal of a promotion, written before and after each of its steps. */
export const promotionSchema = z.object({
  feature_id: z.string(),
  experiment_slug: z.string(),
  /** The last run that was at it. */
  run_id: z.string(),
  /** `promoted`, and `ready` where the plan stops at a git branch, are its ends; `failed` may be tried again. */
  state: z.enum(["running", "failed", "promoted", "ready"]),
  mode: z.enum(["merge", "branch"]),
  /** What is promoted. */
  verified: verificationSchema.pick({ run_id: true, cycle_id: true, commit: true, code: true, parent: true }),
  safety_branch: safetyBranchSchema.optional(),
  /** Where the migration runs, for its time alone. Absolute; null where none is needed. */
  scratch_worktree: z.string().nullable(),
  /** The git branch that a pull request is made from, where the plan stops there. */
  git_branch: z.string().optional(),
  /** Where an earlier promotion had put that git branch. */
  former_commit: z.string().optional(),
  steps: z.array(
    z.object({
      step: promotionStepSchema,
      state: z.enum(["begun", "done", "failed"]),
      ts: z.string(),
      run_id: z.string(),
      error: errorSchema.optional(),
      /** Absolute path of what the step printed. */
      log: z.string().optional(),
    }),
  ),
  /** What stood against it and was accepted. */
  accepted: z.array(z.string()),
  warnings: z.array(z.string()),
  error: errorSchema.optional(),
  begun_at: z.string(),
  ended_at: z.string().optional(),
});
export type Promotion = z.infer<typeof promotionSchema>;
