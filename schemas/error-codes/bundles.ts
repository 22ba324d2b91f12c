import type { ErrorCodeEntry } from "./entry.ts";

/** A bundle could not be written, or does not match the workspace. */
export const bundleErrors = {
  bundle_changed: {
    meaning: "The counts of a bundle are not what its own reports show.",
    remedy: "Run the suite again and import what that run writes.",
    retry: "no",
  },
  bundle_empty: {
    meaning: "The run measured nothing that a bundle could contain.",
    remedy: "Follow the hint, then run again.",
    retry: "no",
  },
  bundle_older: {
    meaning: "The workspace already has a newer result for a tag than the bundle.",
    remedy: "Do nothing, or run the suite again.",
    retry: "no",
  },
  bundle_other_branch: {
    meaning: "The bundle was measured on a different database branch.",
    remedy: "Run on the experiment's own branch: both machines need the same Lakebase project.",
    retry: "no",
  },
  bundle_other_commit: {
    meaning: "The bundle was measured at a different commit from that of the experiment's git branch.",
    remedy: "Run again at that commit; or fetch, if the git branch has moved.",
    retry: "no",
  },
  bundle_other_plan: {
    meaning: "The bundle was measured by a different suite from the plan's.",
    remedy: "Run again with the same `plan.json`.",
    retry: "no",
  },
  bundle_too_large: {
    meaning: "A bundle has more files or bytes than allowed.",
    remedy: "Make the suite write fewer or smaller files.",
    retry: "no",
  },
  bundle_uncommitted: {
    meaning: "The bundle was measured on uncommitted code.",
    remedy: "Commit, push and run again.",
    retry: "no",
  },
  bundle_unreadable: {
    meaning: "A file is not a bundle, is damaged, or has unexpected entries.",
    remedy: "Copy the bundle again, or write it again.",
    retry: "no",
  },
  bundle_unsupported: {
    meaning: "A bundle has a format that this version does not support.",
    remedy: "Use the same version on all machines.",
    retry: "no",
  },
} as const satisfies Record<string, ErrorCodeEntry>;
