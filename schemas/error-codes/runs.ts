import type { ErrorCodeEntry } from "./entry.ts";

/** A run, or one of its experiments, could not start or continue. */
export const runErrors = {
  budget_spent: {
    meaning: "A limit of the plan's budget has been reached.",
    remedy: "Raise it in `plan.json`, or close experiments.",
    retry: "no",
  },
  cases_foreign: {
    meaning: "The report contains tests from another checkout.",
    remedy: "Make the suite collect its own tests only.",
    retry: "no",
  },
  closing_unfinished: {
    meaning: "An earlier call began to close the experiment and was interrupted.",
    remedy: "`close_experiments` with `confirm: true` finishes it.",
    retry: "yes",
  },
  compute_restarted: {
    meaning:
      "A suite or the setup failed, and the compute of the experiment's branch restarted while it ran.",
    remedy: "Run the experiment again. If it happens again, check whether its commands make Postgres crash.",
    retry: "yes",
  },
  database_foreign: {
    meaning:
      "A suite was connected to the database of another branch, or failed because it looked for its database elsewhere.",
    remedy:
      "Connect with `DATABASE_URL` or the `PG*` variables, or map them to the project's own names with `env` in `plan.json`.",
    retry: "no",
  },
  experiment_busy: {
    meaning: "A run is using the experiment, or its branch is being forked or deleted.",
    remedy: "Wait for the run, or cancel it.",
    retry: "yes",
  },
  experiment_closed: {
    meaning: "The experiment was closed.",
    remedy: "`create_experiments` creates a new one from its git branch.",
    retry: "no",
  },
  login_ended: {
    meaning: "A suite or the setup failed, and its login stopped working while it ran.",
    remedy: "Run the experiment again.",
    retry: "yes",
  },
  migration_failed: {
    meaning: "The plan's `promote.migrate` failed.",
    remedy: "Read the log that the hint names.",
    retry: "no",
  },
  no_free_port: {
    meaning: "There are not enough free ports.",
    remedy: "Stop servers on this machine, or lower `ports` in `plan.json`.",
    retry: "yes",
  },
  port_taken: {
    meaning: "A suite failed and found a port in use, by another program or while other experiments ran.",
    remedy:
      "Stop that program, or set `ports` in `plan.json` and have the server listen on `PORT`, or run one experiment at a time.",
    retry: "no",
  },
  ports_unavailable: {
    meaning: "The folder in which ports are leased belongs to another user.",
    remedy: "Set `TMPDIR` to a folder of your own.",
    retry: "no",
  },
  report_unreadable: {
    meaning: "A suite's report is missing, truncated, or not in the format that was named.",
    remedy: "Check `report` in `plan.json` and the suite's log.",
    retry: "no",
  },
  report_without_tests: {
    meaning: "The report contains no test that ran.",
    remedy: "Check what the suite ran.",
    retry: "no",
  },
  run_stopped: {
    meaning: "The run was cancelled, or reached its time limit.",
    remedy: "Run the experiments again.",
    retry: "no",
  },
  server_foreign: {
    meaning: "A suite used a server that another experiment had started, or that runs in another checkout.",
    remedy:
      "Stop the server of the other checkout, or set `ports` in `plan.json` and have the server listen on `PORT`, or run one experiment at a time.",
    retry: "no",
  },
  setup_failed: {
    meaning: "The plan's `setup` failed in the experiment.",
    remedy: "Read the log that the hint names.",
    retry: "no",
  },
  setup_not_repeatable: {
    meaning: "The plan's `setup` failed on a branch where it had run before, but not on a fresh one.",
    remedy: "Make the setup safe to run again, or create the experiment again with `fresh`.",
    retry: "no",
  },
  setup_stopped: {
    meaning: "The plan's `setup` was killed or reached its time limit.",
    remedy: "Run the experiment again. If it happens again, read the log that the hint names.",
    retry: "yes",
  },
  shared_folder_changed: {
    meaning: "A file in a folder that `worktrees.link` shares was written while experiments ran.",
    remedy: "Give each worktree its own with `worktrees.prepare`, or run one experiment at a time.",
    retry: "no",
  },
  worker_not_started: {
    meaning: "The process that carries out a run could not be started.",
    remedy: "Check that this machine can start another process, then call again.",
    retry: "yes",
  },
} as const satisfies Record<string, ErrorCodeEntry>;
