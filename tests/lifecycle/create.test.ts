import { mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import { findExperiment } from "../../src/experiments/experiments.ts";
import { experimentPaths, planPath } from "../../src/experiments/layout.ts";
import { writeOutcomes } from "../../src/experiments/outcomes.ts";
import { type CutInput, cutExperiments } from "../../src/lifecycle/create.ts";
import { branchJson, fails, fakeCli, productionJson, type Script } from "../lakebase/fake-cli.ts";
import { temporaryFolder } from "../support/temporary.ts";

const branch = "f1--exp-a";
const created = { stdout: branchJson(branch, { expire_time: "2026-12-01T00:00:00Z" }) };
const exists = fails("branch with such id already exists");
const listed = [{ stdout: [productionJson, branchJson(branch)] }];

async function feature(plan: Record<string, unknown> = {}) {
  const workspace = await temporaryFolder();
  const path = planPath(workspace, "F1");
  await mkdir(dirname(path), { recursive: true });
  const suites = { api: { command: ["true"], report: { format: "exit-code" } } };
  await writeFile(path, JSON.stringify({ suites, ...plan }));
  const ref = { workspace, feature_id: "F1", experiment_slug: "exp-a" };
  const cut = async (script: Script, input: Partial<CutInput> = {}) => {
    const { lakebase, calls, names, peak } = fakeCli(script);
    const context = {
      ...{ workspace, lakebase, backend: "local" as const, launch: [], progress: () => {} },
      signal: new AbortController().signal,
    };
    const experiments = [{ experiment_slug: "exp-a" }];
    return {
      ...(await cutExperiments(context, { feature_id: "F1", experiments, ...input })),
      calls,
      names,
      peak,
    };
  };
  return { ref, cut };
}

test("an experiment is cut in one process and recorded, and says until when its branch lives", async () => {
  const { cut, ref } = await feature();
  const { experiments, names } = await cut({ "create-branch": [created] });
  expect(experiments).toEqual([
    {
      experiment_slug: "exp-a",
      branch,
      created: true,
      expire_time: "2026-12-01T00:00:00Z",
      directory: experimentPaths(ref).directory,
      code_directory: ref.workspace,
    },
  ]);
  expect(names()).toEqual(["create-branch"]);
});

test("the plan may allow a shorter ttl and the default branch for a parent that is missing", async () => {
  const { cut } = await feature({
    ...{ parent_branch: "base", missing_parent: "use_default" },
    ...{ ttl: "9999999s", shorter_ttls: ["86400s"] },
  });
  const { experiments, calls } = await cut({
    "create-branch": [
      fails("branch id not found"),
      fails("expiration time exceeds the maximum expiration time"),
      created,
    ],
  });
  expect(experiments).toMatchObject([{ created: true }]);
  expect(calls().at(-1)?.args).toContain('{"spec":{"ttl":"86400s"}}');
});

test("retries are counted in the answer", async () => {
  const { cut } = await feature();
  const { experiments } = await cut({
    "create-branch": [fails("Service Unavailable"), created],
    "list-branches": [{ stdout: [productionJson] }],
  });
  expect(experiments).toMatchObject([{ created: true, retries: 1 }]);
});

test("cutting keeps to the plan's cap on branches at once, whatever the number of experiments", async () => {
  const { cut } = await feature({ budget: { concurrent_branches: 2 } });
  const experiments = ["a", "b", "c", "d"].map((experiment_slug) => ({ experiment_slug }));
  const { experiments: made, peak } = await cut(
    { "create-branch": [{ ...created, after_ms: 300 }] },
    { experiments },
  );
  expect(made).toHaveLength(4);
  expect(peak()).toBeLessThanOrEqual(2);
});

describe("a branch that is there already", () => {
  const outcomes = { status: "succeeded" as const, tests_passed: 3, tests_failed: 0 };

  test("is taken while it is clean", async () => {
    const { cut } = await feature();
    await cut({ "create-branch": [created] });
    const { experiments } = await cut({ "create-branch": [exists], "list-branches": listed });
    expect(experiments).toMatchObject([{ created: false }]);
  });

  test("is a conflict once it has been raced on, and fresh mends that: the earlier outcomes are kept aside", async () => {
    const { cut, ref } = await feature();
    await cut({ "create-branch": [created] });
    await writeOutcomes(ref, outcomes);
    const script = { "create-branch": [exists], "list-branches": listed };
    const { errors } = await cut(script);
    expect(errors).toMatchObject([{ code: "branch_conflict" }]);

    const again = { "create-branch": [created], "list-branches": listed, "delete-branch": [{}] };
    const { experiments, names } = await cut(again, { fresh: true });
    expect(experiments).toMatchObject([{ created: true }]);
    expect(names()).toEqual(["list-branches", "delete-branch", "create-branch"]);
    const files = await readdir(experimentPaths(ref).directory);
    expect(files.filter((file) => file.startsWith("outcomes"))).toEqual([
      expect.stringMatching(/^outcomes\.[0-9]{8}T[0-9]{9}Z\.json$/),
    ]);
  });

  test("stays where no record says that it is ours, even with fresh", async () => {
    const { cut, ref } = await feature();
    const script = { "create-branch": [exists], "list-branches": listed, "delete-branch": [{}] };
    const { errors, names } = await cut(script, { fresh: true });
    expect(errors).toMatchObject([{ code: "branch_conflict" }]);
    expect(names()).not.toContain("delete-branch");
    expect(await findExperiment(ref)).toBeUndefined();
  });
});
