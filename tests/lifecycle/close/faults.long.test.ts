import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { expect, inject, test } from "vitest";
import type { Verification } from "../../../schemas/promotion/promotion.ts";
import { readClosed } from "../../../src/experiments/closed.ts";
import { promotionPaths } from "../../../src/experiments/layout.ts";
import { writeVerification } from "../../../src/experiments/promotion.ts";
import { listBranches } from "../../../src/lakebase/branches/branches.ts";
import { createBranch } from "../../../src/lakebase/branches/create-branch.ts";
import { openLakebase } from "../../../src/lakebase/lakebase.ts";
import { startRun } from "../../../src/runs/caller/start.ts";
import { checkLeftovers } from "../../../src/setup/check-leftovers.ts";
import { prepareClosing } from "../../support/finish/closing.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";

test("an experiment stays half closed while Lakebase does not delete its branch, and the same call continues", async () => {
  const shop = await prepareClosing();
  const { context, close, standing, create, workspace, feature_id, branch, code, look } = shop;
  const before = await standing();
  const calls = join(await temporaryFolder(), "failing");
  await writeFile(calls, "delete-branch\nError: the service is not there");
  const lakebase = openLakebase({
    command: [process.execPath, resolve("tests/fixtures/failing-cli.mjs")],
    project: "local",
    env: { ...process.env, LAKEBASE_LOCAL_HOME: inject("localHome"), FAILING_CALLS: calls },
  });
  await expect(close({}, { ...context, lakebase })).rejects.toMatchObject({
    message: expect.stringContaining("the service is not there"),
  });
  expect(await standing()).toEqual({ ...before, open: ["exp-b"], worktrees: 1 });
  expect((await look()).experiments).toMatchObject([
    { state: "closing", goes: [`database branch ${branch}`] },
  ]);
  await expect(create()).rejects.toThrow("closing it was interrupted");
  await expect(startRun(context, { feature_id, experiment_slugs: ["exp-a"] })).rejects.toMatchObject({
    code: "closing_unfinished",
  });
  expect(await checkLeftovers(workspace, await listBranches(context.lakebase))).toMatchObject({
    state: "warning",
    detail: expect.stringContaining(`Being closed, or closing was interrupted: ${feature_id}/exp-a`),
  });

  await close();
  expect(await standing()).toMatchObject({ open: ["exp-b"], closed: ["exp-a"] });
  expect((await standing()).branches).not.toContain(branch);
  expect(existsSync(code)).toBe(false);
});

test("closing removes a promotion's temporary branch and worktree", async () => {
  const shop = await prepareClosing();
  const { context, close, standing, git, ref, feature_id, code } = shop;
  const scratch = { branch: `verify-${feature_id.toLowerCase()}`, worktree: `${code}+01234567` };
  const made = await createBranch(context.lakebase, { branch: scratch.branch, expiry: { ttl: "3600s" } });
  await git("worktree", "add", "--quiet", "--detach", scratch.worktree);
  const pin = `refs/lakebase-experiments/${feature_id}/exp-a`;
  await git("update-ref", pin, "HEAD");
  const verification: Verification = {
    ...{ run_id: "r", cycle_id: "V1", commit: "c", code: null, plan: "p", state: "stopped", by_tag: {} },
    ...{ parent: { branch: "production", uid: null }, ledgers: [], begun_at: "2026-01-01T00:00:00Z" },
    scratch: { ...scratch, branch_uid: made.branch.uid },
  };
  await mkdir(dirname(promotionPaths(ref).verification), { recursive: true });
  await writeVerification(ref, verification);
  await writeFile(promotionPaths(ref).pullRequest, "text");
  await close();
  const { branches, worktrees, refs } = await standing();
  expect({
    branches: branches.some((name) => name === scratch.branch),
    worktrees,
    pinned: refs.includes(pin),
  }).toEqual({
    ...{ branches: false, worktrees: 1, pinned: false },
  });
});

test("two simultaneous calls close an experiment once and keep the others' git branches", async () => {
  const shop = await prepareClosing();
  const { close, standing, git, ref, workspace } = shop;
  await git("branch", "mine");
  await git("worktree", "add", "--quiet", `${workspace}.worktrees/mine`, "mine");
  const before = await standing();
  const both = await Promise.all([close(), close({ reason: "too late" })]);
  expect(both.flatMap(({ experiments }) => experiments.map(({ state }) => state))).toEqual([
    "closed",
    "closed",
  ]);
  expect(await readClosed(ref)).toHaveLength(1);
  expect((await shop.decisions()).match(/^- \*\*exp-a\*\*/gm)).toHaveLength(1);
  expect(await standing()).toMatchObject({ open: ["exp-b"], refs: before.refs, worktrees: 2 });
});
