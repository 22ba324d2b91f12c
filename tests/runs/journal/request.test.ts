import { describe, expect, it } from "vitest";
import { planSchema } from "../../../schemas/plan/plan.ts";
import { recordExperiment } from "../../../src/experiments/experiments.ts";
import { asBranchName } from "../../../src/lakebase/branches/branch-id.ts";
import {
  resolveConcurrency,
  resolveCycle,
  resolveExperiments,
  resolveRepeat,
  resolveTags,
} from "../../../src/runs/journal/request.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";
import { script } from "../../support/plans.ts";

const plan = planSchema.parse({
  budget: { concurrent_branches: 4, wall_clock_minutes: 1, max_branches: 9 },
  suites: { api: script(""), e2e: script(""), constructor: script("") },
});

describe("the experiments that run at once", () => {
  it.each([
    ["as many as the plan allows", {}, 4],
    ["fewer, if asked for", { concurrency: 2 }, 2],
    ["never more than the plan allows", { concurrency: 9 }, 4],
    ["one in a quiet run", { quiet: true }, 1],
    ["one in a quiet run that says so", { quiet: true, concurrency: 1 }, 1],
    ["as many as asked for if the run is not quiet", { quiet: false, concurrency: 3 }, 3],
  ])("are %s", (_what, input, expected) => {
    expect(resolveConcurrency(plan, { feature_id: "F1", ...input })).toBe(expected);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("are not %s", (concurrency) => {
    expect(() => resolveConcurrency(plan, { feature_id: "F1", concurrency })).toThrow(
      expect.objectContaining({
        code: "invalid_concurrency",
        message: `concurrency is ${concurrency}; it must be a whole number of at least 1.`,
      }),
    );
  });

  it("are not several in a quiet run", () => {
    expect(() => resolveConcurrency(plan, { feature_id: "F1", quiet: true, concurrency: 2 })).toThrow(
      expect.objectContaining({ code: "invalid_concurrency", hint: "Omit one of the two." }),
    );
  });
});

it("runs each suite once, or as often as asked for, up to a hundred times", () => {
  expect([undefined, 1, 2, 100].map(resolveRepeat)).toEqual([1, 1, 2, 100]);
  for (const repeat of [0, -1, 101, 1.5, Number.NaN])
    expect(() => resolveRepeat(repeat)).toThrow(
      expect.objectContaining({
        code: "invalid_repeat",
        message: `repeat is ${repeat}; it must be a whole number from 1 to 100.`,
      }),
    );
});

it("takes a cycle's name if it leads nowhere else", () => {
  expect(resolveCycle(undefined)).toBeUndefined();
  expect(["C1", "nightly-3", "1.2"].map(resolveCycle)).toEqual(["C1", "nightly-3", "1.2"]);
  for (const cycle of ["", "..", "a/b", "C 1", "-x", "x".repeat(64)])
    expect(() => resolveCycle(cycle)).toThrow(expect.objectContaining({ code: "invalid_name" }));
});

describe("the tags of a run", () => {
  it.each<[string, string[] | undefined, string[]]>([
    ["all of the plan's", undefined, ["api", "e2e", "constructor"]],
    ["none if none are asked for", [], []],
    ["those asked for, once, in the plan's order", ["e2e", "api", "e2e"], ["api", "e2e"]],
  ])("are %s", (_what, asked, expected) => {
    expect(resolveTags(plan, asked)).toEqual(expected);
  });

  it.each([
    [["api", "Api", "infra"], "The plan has no suite for Api, infra."],
    [["toString"], "The plan has no suite for toString."],
  ])("are not %j", (asked, message) => {
    const hint = "Use tags of the plan: api, e2e, constructor.";
    expect(() => resolveTags(plan, asked)).toThrow(
      expect.objectContaining({ code: "unknown_tag", message, hint }),
    );
  });
});

describe("the experiments of a run", () => {
  const prepare = async (...slugs: string[]) => {
    const workspace = await temporaryFolder();
    for (const experiment_slug of slugs)
      await recordExperiment({
        ...{ workspace, feature_id: "F1", experiment_slug, branch: asBranchName(experiment_slug) },
      });
    return async (experiment_slugs?: string[], feature_id = "F1") =>
      (await resolveExperiments(workspace, { feature_id, experiment_slugs })).map(
        (each) => each.experiment_slug,
      );
  };

  it("are all of the feature, or those asked for, once, in their order", async () => {
    const resolve = await prepare("exp-b", "exp-a", "exp-c");
    expect(await resolve()).toEqual(["exp-a", "exp-b", "exp-c"]);
    expect(await resolve(["exp-c", "exp-a", "exp-c"])).toEqual(["exp-c", "exp-a"]);
    expect(await resolve([])).toEqual([]);
  });

  it("must be there", async () => {
    const resolve = await prepare("exp-a");
    await expect(resolve(["exp-a", "exp-b"])).rejects.toMatchObject({ code: "unknown_experiment" });
    await expect(resolve(undefined, "F2")).rejects.toMatchObject({
      code: "no_experiments",
      message: "Feature F2 has no experiments yet.",
    });
  });
});
