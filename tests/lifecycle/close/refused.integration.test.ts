import { existsSync } from "node:fs";
import { appendFile, cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { readClosed } from "../../../src/experiments/closed.ts";
import { inspectCode } from "../../../src/experiments/code/worktrees.ts";
import { watchWrites } from "../../../src/experiments/code/written-files.ts";
import { experimentPaths, promotionPaths } from "../../../src/experiments/layout.ts";
import { readPlan } from "../../../src/experiments/plan.ts";
import { createBranch } from "../../../src/lakebase/branches/create-branch.ts";
import { deleteBranch } from "../../../src/lakebase/branches/delete-branch.ts";
import { createJournal, newRunId, recordWorker } from "../../../src/runs/journal/journal.ts";
import { identifySelf } from "../../../src/utils/processes/process-identity.ts";
import { alone, prepareClosing } from "../../support/finish/closing.ts";

type Shop = Awaited<ReturnType<typeof prepareClosing>>;

/** What stands in the way of closing exp-a, by code. */
async function objections({ look }: Shop) {
  return (await look()).experiments.flatMap((row) => row.objections.map(({ code }) => code));
}

/** The run of a feature that this very process is the worker of. */
async function beginRun({ workspace, feature_id }: Shop) {
  const run_id = newRunId();
  const plan = await readPlan(workspace, feature_id);
  const { concurrent_branches, max_branches, wall_clock_minutes } = plan.budget;
  const run = {
    ...{ run_id, feature_id, cycle_id: "C1", state: "running" as const, concurrency: 1 },
    created_at: new Date().toISOString(),
    results: [{ experiment_slug: "exp-a", status: "running" as const, by_tag: {} }],
    ...{ peak_in_flight: 1, total_duration_ms: 0 },
    budget: { concurrent_branches, max_branches, wall_clock_minutes, branches: 2, minutes_left: 1 },
  };
  await createJournal(workspace, run, { plan, tags: ["api"], repeat: 1, quiet: false });
  await recordWorker(workspace, run_id, await identifySelf());
}

test("closing refuses uncommitted changes or commits them to the git branch", async () => {
  const shop = await prepareClosing();
  const { write, close, standing, git, feature_id, code, ref } = shop;
  const gitBranch = `experiment/${feature_id}/exp-a`;
  const before = await standing();
  await write("new.txt", "new\n");
  await appendFile(join(code, "shop.txt"), "two\n");
  await mkdir(join(code, ".tdd"));
  await write(".tdd/notes.md", "notes\n");
  // git was told to look away from it.
  await git("-C", code, "update-index", "--assume-unchanged", "shop.txt");
  await expect(close()).rejects.toMatchObject({
    code: "uncommitted_work",
    message: expect.stringMatching(/new\.txt.*shop\.txt.*Nothing was closed/),
  });
  expect(await standing()).toEqual(before);

  await close({ commit_uncommitted: true });
  expect(await git("show", `${gitBranch}:shop.txt`)).toBe("one\ntwo");
  expect(await git("show", `${gitBranch}:new.txt`)).toBe("new");
  expect(await readClosed(ref)).toMatchObject([{ commit: await git("rev-parse", gitBranch) }]);
  expect(existsSync(code)).toBe(false);
});

test("closing refuses tracked files that changed while a suite ran, and lists what else commands wrote", async () => {
  const shop = await prepareClosing(alone);
  const { look, close, write, code, ref } = shop;
  const recordWrites = await watchWrites(ref, await inspectCode(ref), true);
  await write("report.txt", "of the suite\n");
  await write("shop.txt", "edited meanwhile\n");
  await recordWrites();
  expect(await look()).toMatchObject({
    experiments: [
      { objections: [{ code: "uncommitted_work", message: expect.stringMatching(/: shop\.txt\.$/) }] },
    ],
  });
  await expect(close()).rejects.toMatchObject({ code: "uncommitted_work" });

  await shop.git("-C", code, "checkout", "--quiet", "shop.txt");
  const [row] = (await look()).experiments;
  expect(row?.goes[0]).toBe(`worktree ${code}, with what the plan's commands wrote: report.txt`);
  await close();
  expect(existsSync(code)).toBe(false);
});

test("closing names every obstacle at once and changes nothing", async () => {
  const shop = await prepareClosing(alone);
  const { close, standing, code, git } = shop;
  await git("-C", code, "switch", "--quiet", "--detach");
  await beginRun(shop);
  const before = await standing();
  expect(await objections(shop)).toEqual(["experiment_busy", "worktree_branch"]);
  await expect(close()).rejects.toMatchObject({
    code: "experiment_busy",
    message: expect.stringContaining("Also in the way: worktree_branch (exp-a)"),
  });
  expect(await standing()).toEqual(before);
});

test("closing refuses while a promotion has begun to change the parent or a checkout", async () => {
  const shop = await prepareClosing(alone);
  const { promotion } = promotionPaths(shop.ref);
  await mkdir(dirname(promotion), { recursive: true });
  const parent = { branch: "production", uid: null };
  const verified = { run_id: "r", cycle_id: "V1", commit: "c", code: null, parent };
  const step = { step: "migrate", state: "begun", ts: "2026-01-01T00:00:00Z", run_id: "r" };
  const begun = {
    ...{ feature_id: shop.feature_id, experiment_slug: "exp-a", run_id: "r", mode: "merge", verified },
    ...{
      state: "failed",
      steps: [step],
      accepted: [],
      warnings: [],
      scratch_worktree: null,
      begun_at: step.ts,
    },
  };
  await writeFile(promotion, JSON.stringify(begun));
  expect(await objections(shop)).toEqual(["promotion_unfinished"]);
  await writeFile(promotion, JSON.stringify({ ...begun, steps: [{ ...step, step: "checkouts" }] }));
  expect(await objections(shop)).toEqual(["promotion_unfinished"]);
  await writeFile(promotion, "{");
  expect(await objections(shop)).toEqual(["record_unreadable"]);
  await writeFile(promotion, JSON.stringify({ ...begun, steps: [] }));
  await shop.close();
  expect(await readClosed(shop.ref)).toMatchObject([{ status: "abandoned" }]);
});

test("closing needs neither the branch nor the worktree", async () => {
  const shop = await prepareClosing();
  const { context, branch, standing, code, close, ref, git } = shop;
  const { lakebase } = context;
  await deleteBranch(lakebase, branch, { owned: true });
  // Somebody else's, under the same name.
  await createBranch(lakebase, { branch, expiry: { ttl: "3600s" } });
  await rm(code, { recursive: true });
  const answer = await close();
  expect(answer.experiments[0]).toMatchObject({ state: "closed", left: [expect.stringContaining(branch)] });
  expect((await standing()).branches).toContain(branch);
  expect(await git("worktree", "list")).not.toContain("exp-a");
  expect(await readClosed(ref)).toMatchObject([{ database: "left", worktree: "gone" }]);

  await deleteBranch(lakebase, branch, { owned: true });
  await shop.create({ experiments: [{ experiment_slug: "exp-a" }] });
  await deleteBranch(lakebase, branch, { owned: true });
  await close();
  expect((await readClosed(ref))[0]).toMatchObject({ database: "gone", worktree: "removed" });
});

test("closing keeps and names a worktree that is locked or contains another repository or worktree", async () => {
  const shop = await prepareClosing(alone);
  const { code, git, look, close, ref, branch, standing, write } = shop;
  const left = async () => (await look()).experiments[0]?.left;

  await mkdir(join(code, "inner.local"));
  await git("-C", join(code, "inner.local"), "init", "--quiet");
  expect(await left()).toEqual([expect.stringContaining("inner.local/ in it is a repository of its own")]);
  await rm(join(code, "inner.local"), { recursive: true });

  await git("worktree", "add", "--quiet", "--detach", join(code, "other.local"));
  expect(await left()).toEqual([expect.stringContaining("other.local is inside it")]);
  await git("worktree", "remove", join(code, "other.local"));

  // A submodule that is not checked out holds nothing.
  const commit = await git("rev-parse", "HEAD");
  await git("-C", code, "update-index", "--add", "--cacheinfo", `160000,${commit},vendor`);
  await git("-C", code, "commit", "--quiet", "-m", "a submodule");
  await mkdir(join(code, "vendor"));
  expect(await left()).toEqual([]);
  await write("vendor/file.txt", "work");
  expect(await left()).toEqual([
    expect.stringContaining("submodules, whose commits may be nowhere else: vendor"),
  ]);

  await git("worktree", "lock", "--reason", "on a disk that comes and goes", code);
  expect((await close()).experiments[0]).toMatchObject({
    state: "closed",
    left: [expect.stringContaining("git keeps it locked: on a disk that comes and goes")],
  });
  expect(await readFile(join(code, "vendor", "file.txt"), "utf8")).toBe("work");
  expect((await standing()).branches).not.toContain(branch);
  expect(await readClosed(ref)).toMatchObject([{ worktree: "left", database: "deleted" }]);
});

test("records that were copied from another experiment neither measure nor remove what is its own", async () => {
  const shop = await prepareClosing(alone);
  const { ref, code, branch, create, close, standing } = shop;
  const copy = { ...ref, experiment_slug: "exp-c" };
  await cp(experimentPaths(ref).directory, experimentPaths(copy).directory, { recursive: true });
  await expect(inspectCode(copy)).rejects.toMatchObject({
    code: "worktree_foreign",
    hint: expect.stringContaining(experimentPaths(copy).directory),
  });
  await expect(create({ experiments: [{ experiment_slug: "exp-c" }] })).rejects.toThrow(
    /another experiment's/,
  );
  const closed = await close({ experiment_slugs: ["exp-c"] });
  expect(closed.experiments).toMatchObject([{ state: "closed", goes: [] }]);
  expect(existsSync(code)).toBe(true);
  expect(await standing()).toMatchObject({ open: ["exp-a"], closed: ["exp-c"], branches: [branch] });
});
