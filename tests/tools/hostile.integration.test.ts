import { readdir } from "node:fs/promises";
import { expect, test } from "vitest";
import { script } from "../support/plans.ts";
import { startServer, uniqueFeature } from "../support/server.ts";

const artifact = { feature_id: "F1", experiment_slug: "exp-a", cycle_id: "C1", name: "x" };

const outcome = { feature_id: "F1", experiment_slug: "exp-a", tag: "load" };

/** Bad input, the code that answers it, and what its message names. */
const table: [tool: string, args: Record<string, unknown>, code: string, message: RegExp][] = [
  ["no_such_tool", {}, "unknown_tool", /no_such_tool/],
  ["check_setup", { extra: 1 }, "invalid_input", /extra/],
  ["create_plan", { feature_id: "../F" }, "invalid_input", /feature_id/],
  ["create_plan", { feature_id: "F1", command: ["rm"] }, "invalid_input", /command/],
  ["create_branch", {}, "invalid_input", /branch/],
  ["create_branch", { branch: "br-broad-sky-d2k5gewt" }, "invalid_branch_name", /uid/],
  ["create_branch", { branch: "Über" }, "invalid_branch_name", /Über/],
  ["create_branch", { branch: "--profile" }, "invalid_branch_name", /--profile/],
  ["create_branch", { branch: "a", ttl: "7d" }, "invalid_input", /ttl/],
  ["create_branch", { branch: "a", parent_branch: "../production" }, "invalid_branch_name", /production/],
  ["create_branch", { branch: "a", parent_branch: "no-such-parent" }, "parent_not_found", /no-such-parent/],
  ["list_branches", { limit: 0 }, "invalid_input", /limit/],
  ["list_branches", { cursor: "x" }, "invalid_input", /cursor/],
  ["diff_schema", { from_branch: "production" }, "invalid_input", /to_branch/],
  [
    "diff_schema",
    { from_branch: "production", to_branch: "br-broad-sky-d2k5gewt" },
    "invalid_branch_name",
    /uid/,
  ],
  ["diff_schema", { from_branch: "production", to_branch: "no-such" }, "branch_not_found", /no-such/],
  ["create_experiments", { feature_id: "F1", experiments: [] }, "invalid_input", /experiments/],
  [
    "create_experiments",
    { feature_id: "../F", experiments: [{ experiment_slug: "a" }] },
    "invalid_input",
    /feature_id/,
  ],
  [
    "create_experiments",
    { feature_id: "F1", experiments: [{ experiment_slug: "a/b" }] },
    "invalid_input",
    /experiments\.0\.experiment_slug/,
  ],
  [
    "create_experiments",
    { feature_id: "F404", experiments: [{ experiment_slug: "a" }] },
    "unknown_feature",
    /F404/,
  ],
  ["run_experiments", { feature_id: "F404" }, "unknown_feature", /F404/],
  ["run_experiments", { feature_id: "F1", concurrency: 0 }, "invalid_input", /concurrency/],
  ["run_experiments", { feature_id: "F1", concurrency: 1.5 }, "invalid_input", /concurrency/],
  ["run_experiments", { feature_id: "F1", concurrency: Number.NaN }, "invalid_input", /concurrency/],
  ["run_experiments", { feature_id: "F1", concurrency: "NaN" }, "invalid_input", /concurrency/],
  ["run_experiments", { feature_id: "F1", repeat: 0 }, "invalid_input", /repeat/],
  ["run_experiments", { feature_id: "F1", cycle_id: "../../.." }, "invalid_input", /cycle_id/],
  ["run_experiments", { feature_id: "F1", tags: ["load"] }, "unknown_tag", /load/],
  ["run_experiments", { feature_id: "F1", experiment_slugs: ["exp-z"] }, "unknown_experiment", /exp-z/],
  ["run_experiments", { feature_id: "F1" }, "no_experiments", /F1/],
  ["run_experiments", { feature_id: "F1", command: ["rm", "-rf", "/"] }, "invalid_input", /command/],
  ["run_experiments", { feature_id: "broken" }, "invalid_plan", /suites\.api\.command/],
  ["wait_for_run", { run_id: "../../x" }, "invalid_input", /run_id/],
  ["wait_for_run", { run_id: "run-20260101T000000-00000000" }, "unknown_run", /run-20260101T000000-00000000/],
  [
    "wait_for_run",
    { run_id: "run-20260101T000000-00000000", wait_seconds: 46 },
    "invalid_input",
    /wait_seconds/,
  ],
  ["cancel_run", { run_id: "run-20260101T000000-00000000" }, "unknown_run", /run-20260101T000000-00000000/],
  ["record_outcomes", { ...outcome, passed: 1 }, "unknown_experiment", /exp-a/],
  ["record_outcomes", { ...outcome, tag: "Über", passed: 1, failed: 0 }, "invalid_input", /tag/],
  ["record_outcomes", { ...outcome, passed: -1, failed: 0 }, "invalid_input", /passed/],
  ["record_outcomes", { ...outcome, passed: 1.5, failed: 0 }, "invalid_input", /passed/],
  ["record_outcomes", { ...outcome, experiment_slug: "../x" }, "invalid_input", /experiment_slug/],
  ["record_outcomes", { ...outcome, report_path: "" }, "invalid_input", /report_path/],
  ["record_outcomes", { ...outcome, commit: "--output=x" }, "invalid_input", /commit/],
  ["write_artifact", { ...artifact, name: "../../secret", content: "x" }, "invalid_input", /name/],
  ["write_artifact", { ...artifact, cycle_id: "../../..", content: "x" }, "invalid_input", /cycle_id/],
  ["write_artifact", { ...artifact, content: "x" }, "unknown_experiment", /exp-a/],
  ["list_artifacts", { feature_id: "F1", experiment_slug: "exp-a", limit: 0 }, "invalid_input", /limit/],
  ["list_artifacts", { feature_id: "F1", experiment_slug: "exp-a" }, "unknown_experiment", /exp-a/],
  ["read_artifact", { ...artifact, name: "/etc/passwd" }, "invalid_input", /name/],
  ["read_artifact", { ...artifact, offset: -1 }, "invalid_input", /offset/],
  ["compare_experiments", { feature_id: 7 }, "invalid_input", /feature_id/],
  ["compare_experiments", { feature_id: "F1", detail: "everything" }, "invalid_input", /detail/],
  ["compare_experiments", { feature_id: "F1", cursor: "-1" }, "invalid_input", /cursor/],
  ["compare_experiments", { feature_id: "F1\0" }, "invalid_input", /feature_id/],
  ["promote_experiment", { feature_id: "F1" }, "invalid_input", /experiment_slug/],
  ["promote_experiment", { feature_id: "../F", experiment_slug: "exp-a" }, "invalid_input", /feature_id/],
  [
    "promote_experiment",
    { feature_id: "F1", experiment_slug: "exp-a", confirm: "yes" },
    "invalid_input",
    /confirm/,
  ],
  ["promote_experiment", { feature_id: "F1", experiment_slug: "exp-z" }, "unknown_experiment", /exp-z/],
  ["delete_branch", {}, "invalid_input", /branch/],
  ["delete_branch", { branch: "production", confirm: true }, "invalid_input", /confirm/],
  ["delete_branch", { branch: "production", confirm: "Production" }, "confirm_mismatch", /production/],
  ["delete_branch", { branch: "production", confirm: "production" }, "default_branch", /production/],
  ["clean_up", { apply: "yes" }, "invalid_input", /apply/],
  ["clean_up", { cursor: "x" }, "invalid_input", /cursor/],
  ["clean_up", { branch: "production", apply: true }, "invalid_input", /branch/],
  ["get_status", { feature_id: "../F" }, "invalid_input", /feature_id/],
  ["get_status", { feature_id: "F404" }, "unknown_feature", /F404/],
  ["get_status", { cursor: "x" }, "invalid_input", /cursor/],
  ["close_experiments", { feature_id: "F1", experiment_slugs: ["exp-a"] }, "invalid_input", /reason/],
  [
    "close_experiments",
    { feature_id: "F1", experiment_slugs: [], reason: "x" },
    "invalid_input",
    /experiment_slugs/,
  ],
  [
    "close_experiments",
    { feature_id: "F1", experiment_slugs: ["../../x"], reason: "x", confirm: true },
    "invalid_input",
    /experiment_slug/,
  ],
  [
    "close_experiments",
    { feature_id: "F1", experiment_slugs: ["exp-z"], reason: "x", confirm: true },
    "unknown_experiment",
    /exp-z/,
  ],
];

test("answers invalid input with a code, the problem and a hint, and leaves nothing behind", async () => {
  const server = await startServer();
  // From here on the official client holds every answer to the tool's output schema, that of an error too.
  const { tools } = await server.client.listTools();
  await server.writePlan("F1", { suites: { api: script("") } });
  await server.writePlan("broken", {
    suites: { api: { command: "npm test", report: { format: "exit-code" } } },
  });
  for (const [tool, args, code, message] of table) {
    const error = await server.fail(tool, args);
    expect({ tool, args, ...error }).toMatchObject({
      tool,
      args,
      code,
      message: expect.stringMatching(message),
    });
    expect(error.hint.length).toBeGreaterThan(10);
    if (code === "unknown_feature") expect(error.hint).toContain("create_plan");
  }
  const tried = new Set(table.map(([tool]) => tool));
  expect(tools.filter(({ name }) => !tried.has(name)).map(({ name }) => name)).toEqual([]);
  expect(await readdir(`${server.workspace}/.tdd`)).toEqual(["features"]);
});

test("answers calls whose arguments are missing or not an object", async () => {
  const server = await startServer();
  expect(await server.client.callTool({ name: "compare_experiments" })).toMatchObject({ isError: true });
  const feature_id = uniqueFeature();
  expect(
    await server.client.callTool({ name: "compare_experiments", arguments: { feature_id } }),
  ).not.toMatchObject({
    isError: true,
  });
});
