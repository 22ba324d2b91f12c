import type { Command } from "./command.ts";

type Loaded = typeof import("./commands/all.ts");

/** Returns what runs a command: its code is loaded when it does. */
function load(name: keyof Loaded): Command["run"] {
  return async (...given) => (await import("./commands/all.ts"))[name](...given);
}

/** The commands for people. */
export const commands: Readonly<Record<string, Command>> = {
  init: {
    parameters: "FEATURE",
    summary: "write a feature's plan from what the project has; an existing plan is kept",
    run: load("init"),
  },
  create: {
    parameters: "FEATURE EXPERIMENT…",
    summary: "create a branch and a worktree for each design, or restore those that are missing",
    details: "Keeps what is there. Exits with 0 when all experiments exist, otherwise with 2.",
    run: load("create"),
  },
  run: {
    parameters: "FEATURE [EXPERIMENT…]",
    summary: "run the suites of experiments (default: all) and show the run until it ends",
    details:
      "Exits with 0 when every experiment succeeded, 2 when one did not, 3 when the run ended early, and 130 after Ctrl-C, which lets the run continue.",
    options: ["experiments", "tags", "cycle", "repeat", "only-failed", "concurrency", "quiet", "bundle"],
    run: load("run"),
  },
  import: {
    parameters: "FILE…",
    summary: "merge bundles that run --bundle wrote on other machines, one new cycle per experiment",
    details:
      "Checks each bundle against this workspace and counts its reports again. A bundle that does not match is refused with the reason; one that was merged before changes nothing. Exits with 0 when all are merged, otherwise with 2.",
    run: load("importCommand"),
  },
  status: {
    parameters: "[FEATURE]",
    summary: "show where features stand: experiments, runs, what is pending, and what to do next",
    run: load("status"),
  },
  runs: {
    parameters: "[FEATURE]",
    summary: "list the runs so far, newest first",
    run: load("runs"),
  },
  wait: {
    parameters: "RUN",
    summary: "show a run until it ends, and exit with the same status as run",
    run: load("wait"),
  },
  work: {
    summary: "take suites from the queue that LAKEBASE_QUEUE_URL names and run them on this machine",
    details:
      "Runs until it is ended. Ctrl-C gives what runs back to the queue. docs/queue.md tells how to set up a queue.",
    options: ["concurrency", "tags", "idle"],
    optionTexts: {
      concurrency: "suites at once; default: 1",
      tags: "only suites with these tags; default: all",
    },
    run: load("workUntilEnded"),
  },
  cancel: {
    parameters: "RUN",
    summary: "end a run",
    run: load("cancel"),
  },
  exec: {
    parameters: "FEATURE EXPERIMENT -- COMMAND [ARGUMENT…]",
    summary: "run a command with an experiment's login in its environment; exits with its status",
    run: load("exec"),
  },
  record: {
    parameters: "FEATURE EXPERIMENT TAG",
    summary: "record the result of a suite that ran elsewhere: counts, or a report to count",
    details: "The result is shown separately, as reported, and decides nothing.",
    options: ["passed", "failed", "report", "format", "commit"],
    optionTexts: {
      format:
        "the report's format, if it cannot be recognized: junit, vitest-json, jest-json, playwright-json, tap, ctrf",
    },
    run: load("record"),
  },
  compare: {
    parameters: "FEATURE",
    summary: "compare a feature's experiments",
    options: ["format"],
    run: load("compare"),
  },
  promote: {
    parameters: "FEATURE EXPERIMENT",
    summary: "show what promoting a winner takes, then verify and promote it",
    details:
      "Asks before it acts. Without a terminal to ask on, it acts only with --yes. Exits with 0 when the experiment is promoted, otherwise with 2.",
    options: ["yes", "accept"],
    run: load("promote"),
  },
  close: {
    parameters: "FEATURE EXPERIMENT…",
    summary: "close experiments that were promoted or abandoned",
    details:
      "Removes their database branches and worktrees; keeps their git branches and records, and notes the decision. Asks before it acts. Without a terminal to ask on, it acts only with --yes. Exits with 0 when they are closed, otherwise with 2.",
    options: ["reason", "commit-uncommitted", "yes"],
    run: load("close"),
  },
  "delete-branch": {
    parameters: "BRANCH",
    summary: "show whose a branch is, and delete it",
    details:
      "Asks before it acts. Without a terminal to ask on, it needs --yes for the branch of a closed experiment, and --confirm with the branch's name for any other. Exits with 0 when the branch is deleted, otherwise with 2.",
    options: ["yes", "confirm"],
    run: load("deleteBranchCommand"),
  },
  "clean-up": {
    summary: "show what experiments left behind, and remove what the records prove to be theirs",
    details: "Asks before it removes anything. Without a terminal to ask on, it removes only with --yes.",
    options: ["yes"],
    run: load("runCleanUp"),
  },
  doctor: {
    summary: "check the setup: what is wrong and how to fix it",
    run: load("doctor"),
  },
};
