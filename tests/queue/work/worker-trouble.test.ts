import { describe, expect, it } from "vitest";
import type { Run } from "../../../schemas/run.ts";
import { asError } from "../../../src/queue/as-error.ts";
import { asTrouble, findRunTrouble, findScope } from "../../../src/queue/work/worker-trouble.ts";
import { CoreError } from "../../../src/utils/core-error.ts";
import { makeResult, makeRun } from "../../support/journal.ts";

describe("what was thrown is described", () => {
  it.each<[string, unknown, object]>([
    [
      "as it is, if it is an error of ours",
      new CoreError("no_free_port", "x", { hint: "y", retryable: true }),
      {
        ...{ code: "no_free_port", message: "x", hint: "y", retryable: true },
      },
    ],
    [
      "by its cause, if it is the machine's",
      Object.assign(new Error("write"), { code: "ENOSPC" }),
      { code: "disk_full" },
    ],
    [
      "as a bug otherwise",
      new TypeError("x is not a function"),
      { code: "internal", message: "x is not a function" },
    ],
    ["as a bug if it is no error", "a text", { code: "internal", message: "a text" }],
  ])("%s", (_how, error, expected) => {
    expect(asTrouble(error)).toMatchObject(expected);
  });
});

describe("a job goes", () => {
  it.each<[string, "machine" | "here" | "job", Parameters<typeof findScope>[0]["code"]]>([
    ["to another worker, and this one pauses, if the login has expired", "machine", "not_authenticated"],
    ["to another worker, and this one pauses, if the disk is full", "machine", "disk_full"],
    ["to another worker if the commit cannot be fetched here", "here", "queue_code_missing"],
    ["to another worker if the branch is not to be seen from here", "here", "branch_gone"],
    ["to another worker after a bug", "here", "internal"],
    ["nowhere if its command does not exist", "job", "command_not_found"],
    ["nowhere if its plan refers to no variable", "job", "unknown_variable"],
    ["nowhere if its report had foreign tests", "job", "cases_foreign"],
  ])("%s", (_where, scope, code) => {
    expect(findScope({ code })).toBe(scope);
  });
});

describe("a job's run was kept from measuring", () => {
  const error = (code: string) => ({ code, message: "It is so.", hint: "Change it.", retryable: false });
  const ended = (code?: string): Run => {
    const own = code === undefined ? {} : { error: error(code) };
    return makeRun({ state: "finished", results: [makeResult("exp-a", { status: "not_measured", ...own })] });
  };
  const interrupted = (code?: string) =>
    makeRun({ state: "interrupted", ...(code !== undefined && { interrupted_by: error(code) }) });

  it.each<[string, Run, string, string]>([
    ["by this machine", ended("disk_full"), "disk_full", "It is so."],
    ["by this worktree", ended("prepare_failed"), "prepare_failed", "It is so."],
    ["as its process died", interrupted(), "queue_job_lost", "The process that ran the suite ended early."],
    [
      "as its process died of a bug",
      interrupted("internal"),
      "queue_job_lost",
      "The process that ran the suite ended early: It is so.",
    ],
    ["as its process died of the machine", interrupted("disk_full"), "disk_full", "It is so."],
    ["by what a later version calls so", ended("moon_full"), "queue_job_lost", "It is so."],
  ])("%s", (_why, run, code, message) => {
    expect(findRunTrouble(run)).toMatchObject({ code, message });
  });

  it.each<[string, Run]>([
    ["by nothing", ended()],
    ["by what any machine would meet", ended("command_not_found")],
    ["by nothing that is known of", makeRun({ state: "finished", results: [] })],
  ])("%s, so its result is sent", (_why, run) => {
    expect(findRunTrouble(run)).toBeUndefined();
  });
});

it("takes an error of another version for a lost job, with its own words", () => {
  const described = { code: "moon_full", message: "The moon is full.", hint: "Wait.", retryable: true };
  expect(asError(described)).toMatchObject({ ...described, code: "queue_job_lost" });
  expect(asError({ ...described, code: "disk_full" })).toMatchObject({ ...described, code: "disk_full" });
});
