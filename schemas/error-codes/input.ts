import type { ErrorCodeEntry } from "./entry.ts";

/** The caller's input is not valid, or refers to something that does not exist. */
export const inputErrors = {
  artifact_of_run: {
    meaning: "The artifact name is reserved for files that a run writes.",
    remedy: "Choose another name, such as `notes/your-file`.",
    retry: "no",
  },
  artifact_too_large: {
    meaning: "An artifact is too large to be read as a resource.",
    remedy: "Read it in parts with `read_artifact`, or open the path that the hint names.",
    retry: "no",
  },
  command_not_found: {
    meaning: "A command's program was not found.",
    remedy: "Correct the command in `plan.json`, or install the program.",
    retry: "no",
  },
  command_not_started: {
    meaning: "A command's program exists but could not be started.",
    remedy: "Check that its folder exists and that the file may be executed.",
    retry: "no",
  },
  confirm_mismatch: {
    meaning: "`confirm` does not repeat the name of the branch.",
    remedy: "Pass the name of the branch as `confirm`.",
    retry: "no",
  },
  cwd_not_found: {
    meaning: "The `cwd` of a suite or step does not exist.",
    remedy: "Correct `cwd` in `plan.json`; it is relative to the experiment's code.",
    retry: "no",
  },
  cwd_outside: {
    meaning: "The `cwd` of a suite or step leads out of the experiment's own code.",
    remedy: "Name a folder inside it.",
    retry: "no",
  },
  invalid_branch_prefix: {
    meaning: "The prefix for branch names is not valid.",
    remedy: "Correct `LAKEBASE_BRANCH_PREFIX`, or `branch_prefix` in `plan.json`.",
    retry: "no",
  },
  invalid_concurrency: {
    meaning: "The requested concurrency is not a positive whole number, or contradicts another option.",
    remedy: "Correct it, or omit it to use the plan's `concurrent_branches`.",
    retry: "no",
  },
  invalid_input: {
    meaning: "An argument or option has the wrong type or value, or two of them exclude each other.",
    remedy: "Correct what the message names.",
    retry: "no",
  },
  invalid_name: {
    meaning: "The name of a feature, experiment, cycle, run or artifact is not valid, or is taken.",
    remedy: "Use the form that the hint gives.",
    retry: "no",
  },
  invalid_outcomes: {
    meaning: "`outcomes.json` is not in the expected form.",
    remedy: "Correct the file, or run the experiment again.",
    retry: "no",
  },
  invalid_plan: {
    meaning: "`plan.json` is not valid.",
    remedy: "Correct the keys that the message names; see [plan.md](plan.md).",
    retry: "no",
  },
  invalid_repeat: {
    meaning: "The requested number of repetitions is not valid.",
    remedy: "Use a number in the range that the message gives, or omit it.",
    retry: "no",
  },
  no_experiments: {
    meaning: "The feature has no experiments yet.",
    remedy: "Create some with `create_experiments`.",
    retry: "no",
  },
  no_workspace: {
    meaning: "The workspace folder does not exist.",
    remedy: "Start the server in the project's main checkout, or set `LAKEBASE_WORKSPACE`.",
    retry: "no",
  },
  nothing_failed: {
    meaning: "`only_failed` was requested, but nothing failed or is left to measure at the current commit.",
    remedy: "Omit `only_failed`.",
    retry: "no",
  },
  slug_differs_by_case: {
    meaning: "The name differs from an existing one only in upper and lower case.",
    remedy: "Use the existing spelling, or another name.",
    retry: "no",
  },
  source_unreadable: {
    meaning: "A file that was to be read or copied does not exist or cannot be read.",
    remedy: "Give the path of a readable file.",
    retry: "no",
  },
  unknown_artifact: {
    meaning: "No such artifact exists.",
    remedy: "`list_artifacts` lists them.",
    retry: "no",
  },
  unknown_command: {
    meaning: "The command line has no such command.",
    remedy: "`lakebase-experiments --help` lists them.",
    retry: "no",
  },
  unknown_cycle: {
    meaning: "The experiment has no such cycle.",
    remedy: "Use an existing cycle, or the next one.",
    retry: "no",
  },
  unknown_experiment: {
    meaning: "The feature has no such experiment.",
    remedy: "Create it, or check the name.",
    retry: "no",
  },
  unknown_feature: {
    meaning: "The feature has no `plan.json`.",
    remedy: "Write one with `create_plan`, or check the `feature_id`.",
    retry: "no",
  },
  unknown_ref: {
    meaning: "A git branch, tag or commit was not found in the repository.",
    remedy: "Fetch it, or check its name.",
    retry: "no",
  },
  unknown_run: {
    meaning: "The workspace has no such run.",
    remedy: "Use a `run_id` that `run_experiments` returned in this workspace.",
    retry: "no",
  },
  unknown_tag: {
    meaning: "The plan has no suite with this tag.",
    remedy: "Use one of the tags that the hint lists.",
    retry: "no",
  },
  unknown_tool: {
    meaning: "The server has no such tool.",
    remedy: "`tools/list` lists them.",
    retry: "no",
  },
  unknown_variable: {
    meaning: "`plan.json` refers to an environment variable that is not set.",
    remedy: "Correct the name. Write `$$` for a literal dollar sign.",
    retry: "no",
  },
} as const satisfies Record<string, ErrorCodeEntry>;
