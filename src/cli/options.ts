import { parseArgs } from "node:util";
import { CoreError, getMessage } from "../utils/core-error.ts";

/**
 * Every option of the command line. A command takes those that it lists, and the shared ones. `value` is the
 * placeholder that help shows.
 */
export const options = {
  workspace: { type: "string", value: "DIR", text: "the project's main checkout; default: this folder" },
  project: {
    type: "string",
    value: "ID",
    text: "the Lakebase project; default: the emulator on this machine",
  },
  profile: { type: "string", value: "NAME", text: "the profile of the databricks CLI" },
  help: { type: "boolean", short: "h", text: "show this help" },
  "read-only": { type: "boolean", text: "offer only tools that change nothing" },
  tools: { type: "string", value: "A,B", text: "offer only these groups of tools, such as runs,comparison" },
  feature: {
    type: "string",
    value: "ID",
    text: "the feature that the session is about; calls then omit it",
  },
  experiments: {
    type: "string",
    value: "A,B",
    text: "only these experiments, as if they were named as arguments",
  },
  bundle: {
    type: "string",
    value: "FILE",
    text: "write the results of the run's only experiment to this file, for import on another machine",
  },
  tags: { type: "string", value: "A,B", text: "only these tags; default: all of the plan" },
  cycle: { type: "string", value: "ID", text: "the cycle's name; default: the next one, such as C3" },
  repeat: { type: "string", value: "N", text: "run each suite N times, to find flaky tests" },
  concurrency: {
    type: "string",
    value: "N",
    text: "how many experiments run at once; default and maximum: the plan's limit",
  },
  idle: {
    type: "string",
    value: "SECONDS",
    text: "the longest pause between two looks at an empty queue, in seconds; default: 10",
  },
  quiet: {
    type: "boolean",
    text: "run one experiment at a time, in turns, so that measurements do not disturb each other",
  },
  "only-failed": {
    type: "boolean",
    text: "run only tags that failed or were not measured at the current commit, failed tests first",
  },
  yes: { type: "boolean", text: "act without asking" },
  confirm: {
    type: "string",
    value: "NAME",
    text: "the branch's name again, to confirm that it may be deleted",
  },
  reason: { type: "string", value: "TEXT", text: "why, for the record" },
  "commit-uncommitted": {
    type: "boolean",
    text: "commit uncommitted work to the experiment's git branch first",
  },
  accept: { type: "string", value: "A,B", text: "codes of objections that you accept" },
  passed: { type: "string", value: "N", text: "how many tests passed" },
  failed: { type: "string", value: "N", text: "how many tests failed" },
  report: {
    type: "string",
    value: "FILE",
    text: "a report to count instead, in the workspace or the experiment's worktree",
  },
  commit: {
    type: "string",
    value: "ID",
    text: "the commit that the suite ran on; default: the experiment's commit",
  },
  format: {
    type: "string",
    value: "FORMAT",
    text: "table, json, csv, markdown, or html, which writes a page and prints its path; default: table on a terminal, otherwise json",
  },
} as const;

export type OptionName = keyof typeof options;

/** The options of every command. */
export const sharedOptions = ["workspace", "project", "profile", "help"] as const;

export type Flags = ReturnType<typeof parseOptions>["values"];

/**
 * Parses the options, arguments and tokens of a command line, whatever its command.
 * @throws CoreError `invalid_input` for an unknown option, or one without its value
 */
export function parseOptions(args: string[]) {
  try {
    return parseArgs({ args, options, allowPositionals: true, tokens: true });
  } catch (cause) {
    const hint = "lakebase-experiments COMMAND --help lists the options of a command.";
    // Node adds how to pass it as an argument, which is not useful here.
    const [problem = ""] = getMessage(cause).split(". ");
    throw new CoreError("invalid_input", `${problem.replace(/\.?$/, ".")}`, { hint, cause });
  }
}
