import type { ErrorCodeEntry } from "./entry.ts";

/** A bundle of another run could not be written, or does not fit what is here. */
export const bundleErrors = {
  bundle_changed: {
    meaning: "The counts of a bundle are not what its own reports show.",
    remedy: "Run the suite again and import what that run writes.",
    retry: "no",
  },
  bundle_empty: {
    meaning: "The run measured nothing that a bundle could hold.",
    remedy: "Follow the hint, then run again.",
    retry: "no",
  },
  bundle_older: {
    meaning: "What the workspace has of a tag is newer than the bundle.",
    remedy: "Nothing, or run the suite again.",
    retry: "no",
  },
  bundle_other_branch: {
    meaning: "The bundle was measured on another database branch.",
    remedy: "Run on the experiment's own branch: both machines need the same Lakebase project.",
    retry: "no",
  },
  bundle_other_commit: {
    meaning: "The bundle was measured at another commit than the experiment's git branch has.",
    remedy: "Run again at that commit; or fetch, if the git branch has moved.",
    retry: "no",
  },
  bundle_other_plan: {
    meaning: "The bundle was measured by another suite than the plan has.",
    remedy: "Run again with the same `plan.json`.",
    retry: "no",
  },
  bundle_too_large: {
    meaning: "A bundle has more files or bytes than one may have.",
    remedy: "Let the suite leave fewer or smaller files.",
    retry: "no",
  },
  bundle_uncommitted: {
    meaning: "The bundle was measured on code that no commit has.",
    remedy: "Commit, push and run again.",
    retry: "no",
  },
  bundle_unreadable: {
    meaning: "A file is no bundle, is damaged, or has entries that no bundle has.",
    remedy: "Copy the bundle again, or write it again.",
    retry: "no",
  },
  bundle_unsupported: {
    meaning: "A bundle has a format that this version does not know.",
    remedy: "Use the same version on all machines.",
    retry: "no",
  },
} as const satisfies Record<string, ErrorCodeEntry>;
