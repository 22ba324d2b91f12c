import { describe, expect, test } from "vitest";
import * as z from "zod";
import { branchSchema } from "../../schemas/branch.ts";
import { script } from "../support/plans.ts";
import { startServer, uniqueFeature } from "../support/server.ts";

const createdSchema = z.object({ ...branchSchema.shape, created: z.boolean() });
const listSchema = z.object({
  branches: z.array(z.object({ ...branchSchema.shape, experiment: z.string().nullable() })),
});
const cutSchema = z.object({
  experiments: z.array(z.object({ experiment_slug: z.string(), branch: z.string(), created: z.boolean() })),
  errors: z.array(z.object({ experiment_slug: z.string(), code: z.string(), hint: z.string() })),
});

const uniqueBranch = () => uniqueFeature().toLowerCase();

test("check_setup tells what is driven, and finds nothing wrong", async () => {
  const { call, workspace } = await startServer();
  const setup = await call(z.looseObject({}), "check_setup");
  expect(setup).toMatchObject({
    backend: "local",
    project: "local",
    default_branch: "production",
    workspace,
  });
});

describe("create_branch", () => {
  test("cuts from the default branch, and finds the branch again", async () => {
    const { call } = await startServer();
    const branch = uniqueBranch();
    const first = await call(createdSchema, "create_branch", { branch });
    expect(first).toMatchObject({
      branch,
      parent_branch: "production",
      state: "READY",
      default: false,
      created: true,
    });
    expect(Date.parse(first.expire_time ?? "")).toBeGreaterThan(Date.now() + 6 * 86_400_000);
    expect(await call(createdSchema, "create_branch", { branch })).toMatchObject({
      uid: first.uid,
      created: false,
    });
  });

  test("cuts from a branch without expiry, and tells why it cannot from one with", async () => {
    const { call, fail } = await startServer();
    const [parent, child, leaf] = [uniqueBranch(), uniqueBranch(), uniqueBranch()];
    await call(createdSchema, "create_branch", { branch: parent, no_expiry: true });
    const cut = await call(createdSchema, "create_branch", {
      branch: child,
      parent_branch: parent,
      ttl: "3600s",
    });
    expect(cut.parent_branch).toBe(parent);
    expect(await fail("create_branch", { branch: leaf, parent_branch: child })).toMatchObject({
      code: "parent_expires",
    });
    expect(await fail("create_branch", { branch: child })).toMatchObject({ code: "branch_conflict" });
  });
});

describe("create_experiments", () => {
  test("cuts and records each, and again finds them", async () => {
    const { call, writePlan } = await startServer();
    const feature_id = uniqueFeature();
    await writePlan(feature_id, { suites: { api: script("") } });
    const input = {
      feature_id,
      experiments: [{ experiment_slug: "exp-a", notes: "A" }, { experiment_slug: "exp-b" }],
    };
    const { experiments, errors } = await call(cutSchema, "create_experiments", input);
    expect(experiments.map(({ experiment_slug, created }) => [experiment_slug, created])).toEqual([
      ["exp-a", true],
      ["exp-b", true],
    ]);
    expect(errors).toEqual([]);
    const again = await call(cutSchema, "create_experiments", input);
    expect(again.experiments.map(({ created }) => created)).toEqual([false, false]);

    const { branches } = await call(listSchema, "list_branches");
    const own = branches.filter(({ experiment }) => experiment !== null);
    expect(own.map(({ branch, experiment }) => [branch, experiment]).sort()).toEqual([
      [experiments[0]?.branch, `${feature_id}/exp-a`],
      [experiments[1]?.branch, `${feature_id}/exp-b`],
    ]);
    expect(branches.find(({ branch }) => branch === "production")).toMatchObject({
      default: true,
      expire_time: null,
    });
  });

  test("one that cannot be cut is an error of its own", async () => {
    const { call, writePlan } = await startServer();
    const feature_id = uniqueFeature();
    await writePlan(feature_id, { parent_branch: "no-such-parent", suites: { api: script("") } });
    const { experiments, errors } = await call(cutSchema, "create_experiments", {
      feature_id,
      experiments: [{ experiment_slug: "exp-a" }],
    });
    expect(experiments).toEqual([]);
    expect(errors).toMatchObject([{ experiment_slug: "exp-a", code: "parent_not_found" }]);
  });
});
