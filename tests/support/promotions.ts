import type { Promotion, Verification } from "../../schemas/promotion/promotion.ts";

const verified = {
  run_id: "run-20260101T000000-01234567",
  cycle_id: "V1",
  commit: "0123456789abcdef0123456789abcdef01234567",
  code: null,
  parent: { branch: "production", uid: "br-1" },
};

/** A verification that succeeded, of a design in the main checkout. */
export const makeVerification = (more: Partial<Verification> = {}): Verification => ({
  ...verified,
  plan: "0123456789abcdef",
  scratch: { branch: "verify-f1", branch_uid: null, worktree: null },
  state: "succeeded",
  by_tag: { api: { passed: 2, failed: 0 } },
  ledgers: [],
  begun_at: "2026-01-01T00:00:00Z",
  ...more,
});

/** The journal of a promotion that is done. */
export const makePromotion = (more: Partial<Promotion> = {}): Promotion => ({
  feature_id: "F1",
  experiment_slug: "exp-a",
  run_id: "run-20260101T000001-01234567",
  state: "promoted",
  mode: "merge",
  verified,
  scratch_worktree: null,
  steps: [],
  accepted: [],
  warnings: [],
  begun_at: "2026-01-01T00:00:01Z",
  ...more,
});
