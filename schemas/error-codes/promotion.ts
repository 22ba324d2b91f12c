import type { ErrorCodeEntry } from "./entry.ts";

/** Something prevents a promotion. */
export const promotionErrors = {
  checkout_dirty: {
    meaning: "A checkout of the target branch has uncommitted changes.",
    remedy: "Commit or stash them.",
    retry: "no",
  },
  checkout_in_the_way: {
    meaning: "A checkout of the target branch has untracked files where the merge adds some.",
    remedy: "Move them away.",
    retry: "no",
  },
  checkout_not_moved: {
    meaning: "A checkout could not follow the target branch.",
    remedy: "Commit or move away what the message names, then call again.",
    retry: "yes",
  },
  code_changed: {
    meaning: "The code changed after it was committed for verification.",
    remedy: "Leave it alone during the promotion; call again.",
    retry: "no",
  },
  dirty_worktree: {
    meaning: "The experiment's code has uncommitted changes.",
    remedy: "Commit or remove them, then run again.",
    retry: "no",
  },
  failed_migrations: {
    meaning: "A migration on the parent branch failed and is still recorded as such.",
    remedy: "Repair it on the parent first.",
    retry: "no",
  },
  merge_conflict: {
    meaning: "The code conflicts with the target, or has conflicts of an unfinished merge.",
    remedy: "Merge the target into the experiment's git branch, resolve, commit, and run again.",
    retry: "no",
  },
  merge_failed: {
    meaning: "git could not commit the merge.",
    remedy: "Fix what git reports, then call again.",
    retry: "no",
  },
  merge_not_tried: {
    meaning: "git could not attempt the merge.",
    remedy: "Check `git --version` and `promote.target`.",
    retry: "no",
  },
  not_a_winner: {
    meaning: "The experiment has failures, or was not fully measured.",
    remedy: "`compare_experiments` shows which.",
    retry: "no",
  },
  not_measured: {
    meaning: "No run has measured the current commit.",
    remedy: "Run the experiment.",
    retry: "no",
  },
  not_recommended: {
    meaning: "The experiment wins, but the comparison does not recommend promoting it.",
    remedy: "Follow the recommendation, or accept this.",
    retry: "no",
  },
  not_verified: {
    meaning: "The promotion has not been verified.",
    remedy: "Call `promote_experiment` with `verify: true`.",
    retry: "no",
  },
  nothing_to_branch: {
    meaning: "`promote.mode` is `branch`, but the design has no worktree.",
    remedy: "Set `promote.mode` to `merge`.",
    retry: "no",
  },
  parent_gone: {
    meaning: "The parent branch no longer exists.",
    remedy: "Create the experiment again on an existing parent.",
    retry: "no",
  },
  promotion_running: {
    meaning: "A promotion is running in this workspace.",
    remedy: "Wait for it.",
    retry: "yes",
  },
  promotion_unfinished: {
    meaning: "An earlier promotion migrated a parent branch and did not finish.",
    remedy: "Finish it first, as the hint shows.",
    retry: "no",
  },
  target_locked: {
    meaning: "Another git command holds the target branch.",
    remedy: "Call again when it has finished.",
    retry: "yes",
  },
  target_moved: {
    meaning: "The target or the parent branch changed after the verification.",
    remedy: "Verify again.",
    retry: "no",
  },
  target_not_advanced: {
    meaning: "git could not move the target branch.",
    remedy: "Fix what git reports, then call again.",
    retry: "yes",
  },
  target_not_found: {
    meaning: "The target git branch does not exist.",
    remedy: "Create it, or name another in `promote.target`.",
    retry: "no",
  },
  target_refused: {
    meaning: "A hook of the repository refused to move the target branch.",
    remedy: "Satisfy the hook, then call again.",
    retry: "no",
  },
  target_unknown: {
    meaning: "The target git branch is not known.",
    remedy: "Name it in `promote.target`.",
    retry: "no",
  },
  unapplied_migrations: {
    meaning: "The parent lacks migrations, and the plan does not say how to apply them.",
    remedy: "Set `promote.migrate`, or accept this.",
    retry: "no",
  },
  unknown_migrations: {
    meaning: "The parent has migrations that the promoted code lacks.",
    remedy: "Merge the code that added them, or accept this.",
    retry: "no",
  },
  unmigrated_schema: {
    meaning:
      "The suites passed on a schema that the parent does not have, and the plan has no `promote.migrate`.",
    remedy: "Set `promote.migrate`, or accept this.",
    retry: "no",
  },
  verification_failed: {
    meaning: "The merged code failed in its verification.",
    remedy: "Correct the code, run, and verify again.",
    retry: "no",
  },
} as const satisfies Record<string, ErrorCodeEntry>;
