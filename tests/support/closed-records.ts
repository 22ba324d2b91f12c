import type { Closed } from "../../schemas/experiment/closed.ts";

/** The record of an experiment that was abandoned by its caller. */
export const makeClosed = (more: Partial<Closed> = {}): Closed => ({
  feature_id: "F1",
  experiment_slug: "exp-a",
  status: "abandoned",
  reason: "too slow",
  closed_at: "2026-01-01T00:00:00.000Z",
  verdict_by: "caller",
  recommendation: "continue",
  rationale: "Nothing ran.",
  compared: [],
  branch: "f1--exp-a",
  branch_uid: "br-1",
  database: "deleted",
  git_branch: null,
  commit: null,
  worktree: "none",
  ...more,
});
