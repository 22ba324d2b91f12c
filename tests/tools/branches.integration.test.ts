import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { branchSchema } from "../../schemas/branch.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";
import { script } from "../support/plans.ts";
import { startServer, uniqueFeature } from "../support/server.ts";

const createdSchema = z.object({
  ...branchSchema.shape,
  created: z.boolean(),
  warnings: z.array(z.string()),
});
const listSchema = z.object({
  branches: z.array(z.object({ ...branchSchema.shape, experiment: z.string().nullable() })),
  total: z.number(),
  next_cursor: z.string().nullable(),
});
const cutSchema = z.object({
  experiments: z.array(z.object({ experiment_slug: z.string(), branch: z.string(), created: z.boolean() })),
  errors: z.array(z.object({ experiment_slug: z.string(), code: z.string(), hint: z.string() })),
});

const uniqueBranch = () => uniqueFeature().toLowerCase();

test("check_setup names the project, and finds nothing wrong", async () => {
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
  test("forks the default branch, and finds the new branch again", async () => {
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

  test("forks a branch without expiry, and says why it cannot fork one with an expiry", async () => {
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

  test("accepts a ttl or no expiry, and gives the expiry of an existing branch", async () => {
    const { call, fail } = await startServer();
    const branch = uniqueBranch();
    const both = { branch, ttl: "3600s", no_expiry: true };
    expect(await fail("create_branch", both)).toMatchObject({ code: "invalid_input" });
    await call(createdSchema, "create_branch", { branch, ttl: "3600s" });
    const say = async (args: object) =>
      (await call(createdSchema, "create_branch", { branch, ...args })).warnings;
    expect(await say({})).toEqual([]);
    expect(await say({ ttl: "3600s" })).toEqual([]);
    expect(await say({ ttl: "7200s" })).toEqual([
      expect.stringMatching(/lives until .*7200s was not applied/),
    ]);
    expect(await say({ no_expiry: true })).toEqual([expect.stringContaining("no_expiry was not applied")]);
  });

  test("accepts a uid for an existing branch's name, and never as a new name", async () => {
    const { call, fail } = await startServer();
    const [parent, child] = [uniqueBranch(), uniqueBranch()];
    const { uid } = await call(createdSchema, "create_branch", { branch: parent, no_expiry: true });
    expect(await call(createdSchema, "create_branch", { branch: uid, no_expiry: true })).toMatchObject({
      branch: parent,
      created: false,
    });
    const cut = await call(createdSchema, "create_branch", { branch: child, parent_branch: uid });
    expect(cut.parent_branch).toBe(parent);
    expect(
      await call(z.looseObject({}), "diff_schema", { from_branch: uid, to_branch: cut.uid }),
    ).toMatchObject({
      from_branch: parent,
      to_branch: child,
    });
    expect(await fail("create_branch", { branch: "br-broad-sky-d2k5gewt" })).toMatchObject({
      code: "invalid_branch_name",
    });
  });

  test("suggests fresh only if it would work", async () => {
    const { call, fail } = await startServer();
    const branch = uniqueBranch();
    await call(createdSchema, "create_branch", { branch, no_expiry: true });
    for (const fresh of [true, false]) {
      const other = uniqueBranch();
      await call(createdSchema, "create_branch", { branch: other, parent_branch: branch });
      const refused = await fail("create_branch", { branch: other, fresh });
      expect(refused.code).toBe("branch_conflict");
      expect(refused.hint).not.toContain("fresh");
    }
  });
});

test("list_branches pages through any number of branches", async () => {
  const folder = await temporaryFolder();
  const cli = join(folder, "many-branches");
  const branch = (id: string) => ({
    name: `projects/local/branches/${id}`,
    uid: `br-broad-river-${id}`,
    status: { branch_id: id, current_state: "READY", source_branch: "projects/local/branches/production" },
  });
  const listing = [branch("production"), ...Array.from({ length: 499 }, (_, n) => branch(`team-a-${n}`))];
  await writeFile(cli, `#!/usr/bin/env node\nconsole.log(${JSON.stringify(JSON.stringify(listing))})`);
  await chmod(cli, 0o755);
  const { call, client } = await startServer({ env: { LAKEBASE_CLI: cli } });
  const answer = await client.callTool({ name: "list_branches", arguments: {} });
  expect(JSON.stringify(answer.structuredContent).length).toBeLessThan(8_000);

  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await call(listSchema, "list_branches", { limit: 200, ...(cursor && { cursor }) });
    expect(page.total).toBe(500);
    seen.push(...page.branches.map((each) => each.branch));
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  expect(new Set(seen).size).toBe(500);
  const some = await call(listSchema, "list_branches", { contains: "team-a-49" });
  expect(some.total).toBe(10);
});

describe("create_experiments", () => {
  test("creates and records each experiment, and finds them again", async () => {
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

    const contains = feature_id.toLowerCase();
    const { branches } = await call(listSchema, "list_branches", { contains });
    const own = branches.filter(({ experiment }) => experiment !== null);
    expect(own.map(({ branch, experiment }) => [branch, experiment]).sort()).toEqual([
      [experiments[0]?.branch, `${feature_id}/exp-a`],
      [experiments[1]?.branch, `${feature_id}/exp-b`],
    ]);
    const others = await call(listSchema, "list_branches", { contains: "production" });
    expect(others.branches[0]).toMatchObject({ default: true, expire_time: null, experiment: null });
  });

  test("reports an experiment that cannot be created as an error of its own", async () => {
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
