import type { ErrorCodeEntry } from "./entry.ts";

/** Lakebase, or the CLI that drives it, could not do what was asked. */
export const lakebaseErrors = {
  branch_conflict: {
    meaning: "A branch with this name exists and was not created for this experiment, or has another parent.",
    remedy: "Choose another name, or delete that branch if no one needs it.",
    retry: "no",
  },
  branch_exists: {
    meaning: "A branch with this name already exists.",
    remedy: "Choose another name, or delete the branch.",
    retry: "no",
  },
  branch_gone: {
    meaning: "The experiment's branch was deleted or has expired.",
    remedy: "Create the experiment again, then run it again.",
    retry: "no",
  },
  branch_not_found: {
    meaning: "No such branch exists.",
    remedy: "`list_branches` lists them. Lakebase takes names, not uids.",
    retry: "no",
  },
  branch_replaced: {
    meaning: "The branch with the experiment's name is not the one that was created for it.",
    remedy: "Create the experiment again, or give it another name.",
    retry: "no",
  },
  cancelled: {
    meaning: "The call to Lakebase was cancelled. It may have taken effect.",
    remedy: "Check with `list_branches`.",
    retry: "no",
  },
  cli_missing: {
    meaning: "The `databricks` CLI could not be started.",
    remedy: "Install it, or set `LAKEBASE_CLI` to its path.",
    retry: "no",
  },
  cli_too_old: {
    meaning: "The `databricks` CLI does not know this command.",
    remedy: "Update it to version 1.0 or later.",
    retry: "no",
  },
  default_branch: {
    meaning: "The default branch can neither be deleted nor expire.",
    remedy: "Keep it.",
    retry: "no",
  },
  endpoint_disabled: {
    meaning: "The branch's compute endpoint is disabled.",
    remedy: "Enable it on the project's page, or fork a new branch.",
    retry: "no",
  },
  endpoint_exists: {
    meaning: "Another call created the endpoint at the same time.",
    remedy: "Call again.",
    retry: "yes",
  },
  endpoint_not_found: {
    meaning: "The branch has no such endpoint.",
    remedy: "Call again: a missing endpoint is created.",
    retry: "yes",
  },
  endpoint_not_ready: {
    meaning: "The branch's endpoint did not become ready in time.",
    remedy: "Call again.",
    retry: "yes",
  },
  has_children: {
    meaning: "Other branches were forked from this one.",
    remedy: "Delete those first.",
    retry: "no",
  },
  host_not_ready: {
    meaning: "The branch's endpoint has no host name yet.",
    remedy: "Call again.",
    retry: "yes",
  },
  invalid_branch_name: {
    meaning: "The text is not a valid branch name.",
    remedy: "Use lower-case letters, digits and hyphens, starting with a letter, at most 63 characters.",
    retry: "no",
  },
  invalid_branch_uid: {
    meaning: "The text is not a branch uid.",
    remedy: "Use the branch name, or a uid that starts with `br-`.",
    retry: "no",
  },
  invalid_expiry: {
    meaning: "The expiry of a branch is missing, ambiguous or malformed.",
    remedy: "Give exactly one: a `ttl` such as `604800s`, or `no_expiry`.",
    retry: "no",
  },
  invalid_parent: {
    meaning: "A branch cannot be forked from itself.",
    remedy: "Name another parent branch.",
    retry: "no",
  },
  lakebase_failed: {
    meaning: "The CLI failed with a message that is not known, or was killed.",
    remedy: "Read the message, and run `check_setup`.",
    retry: "sometimes",
  },
  login_failed: {
    meaning: "The branch is up, but no login succeeded.",
    remedy: "Call again. If it persists, check that your user has a Postgres role on the parent branch.",
    retry: "yes",
  },
  no_default_branch: {
    meaning: "The project has no default branch.",
    remedy: "Name the parent branch.",
    retry: "no",
  },
  not_authenticated: {
    meaning: "The CLI's login is missing or has expired.",
    remedy: "`databricks auth login --profile NAME`, then call again.",
    retry: "no",
  },
  not_our_branch: {
    meaning: "No experiment of this workspace owns the branch, so it is not deleted.",
    remedy: "Leave it to its owner.",
    retry: "no",
  },
  operation_failed: {
    meaning: "Lakebase started the operation and gave up.",
    remedy: "Call again once; then look at the project's page.",
    retry: "no",
  },
  parent_expires: {
    meaning: "A branch that expires cannot have children.",
    remedy: "Fork from a branch without an expiry.",
    retry: "no",
  },
  parent_not_found: {
    meaning: "The parent branch does not exist.",
    remedy: "Create it with `no_expiry`, or omit `parent_branch`.",
    retry: "no",
  },
  project_not_found: {
    meaning: "This login sees no such project.",
    remedy: "Check `LAKEBASE_PROJECT` and the profile.",
    retry: "no",
  },
  protected_branch: {
    meaning: "A protected branch can neither be deleted nor expire.",
    remedy: "Keep it, or ask the project's owner to lift the protection.",
    retry: "no",
  },
  quota_exceeded: {
    meaning: "The project has reached one of its limits.",
    remedy: "Delete branches that are no longer needed.",
    retry: "no",
  },
  rate_limited: {
    meaning: "Lakebase received too many requests.",
    remedy: "Wait a minute, then call again with less concurrency.",
    retry: "yes",
  },
  resource_not_found: {
    meaning: "The project, branch or endpoint does not exist.",
    remedy: "Check the names.",
    retry: "no",
  },
  root_branch: {
    meaning: "A root branch can neither be deleted nor expire.",
    remedy: "Keep it.",
    retry: "no",
  },
  timed_out: {
    meaning: "Lakebase did not finish in time. It may still be working.",
    remedy: "Check with `list_branches`, then call again.",
    retry: "yes",
  },
  ttl_too_long: {
    meaning: "The workspace caps lifetimes below the requested one.",
    remedy: "Request a shorter `ttl`, such as `86400s`.",
    retry: "no",
  },
  unavailable: {
    meaning: "The workspace could not be reached, or answered with a server error.",
    remedy: "Call again in a moment.",
    retry: "yes",
  },
  unknown_profile: {
    meaning: "The CLI's configuration has no such profile.",
    remedy: "`databricks auth profiles` lists those it has.",
    retry: "no",
  },
  unreadable_output: {
    meaning: "The CLI printed something that this version cannot read.",
    remedy: "Check with `check_setup` that it is the `databricks` CLI, version 1.0 or later.",
    retry: "no",
  },
  wrong_host: {
    meaning: "The profile's host is the account console.",
    remedy: "Use a profile whose host is a workspace.",
    retry: "no",
  },
} as const satisfies Record<string, ErrorCodeEntry>;
