import type { ErrorCode } from "../../schemas/error-codes.ts";

/** By the code of an error: the tool that helps. */
export const toolHelp: Partial<Record<ErrorCode, string>> = {
  unknown_feature: "create_plan writes one from what the project has.",
  unknown_experiment: "create_experiments creates one; compare_experiments lists the existing ones.",
  no_experiments: "create_experiments creates them.",
  unknown_artifact: "list_artifacts lists them.",
  branch_not_found: "list_branches lists them.",
  experiment_busy: "wait_for_run waits for it; cancel_run cancels it.",
  worktree_gone: "create_experiments does that.",
  closing_unfinished: "close_experiments does that with confirm: true.",
  experiment_closed: "create_experiments does that.",
  not_measured: "run_experiments does that.",
  cli_missing: "check_setup shows more.",
  lakebase_failed: "check_setup checks it.",
  ttl_too_long: "check_setup shows that time.",
  unknown_run: "run_experiments returns it; get_status shows the last one of each feature.",
};
