import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { expect, test } from "vitest";
import { writeClosing } from "../../src/experiments/closed.ts";
import { checkCode } from "../../src/experiments/code/worktrees.ts";
import { cutPaths, experimentPaths, planPath } from "../../src/experiments/layout.ts";
import { cutExperiments } from "../../src/lifecycle/create.ts";
import { ensureWorktree } from "../../src/lifecycle/ensure-worktree.ts";
import { findStart } from "../../src/lifecycle/worktree-start.ts";
import { withLock } from "../../src/utils/files/lock.ts";
import { branchJson, fakeCli, productionJson } from "../lakebase/fake-cli.ts";
import { makeClosed } from "../support/closed-records.ts";
import { temporaryRepository } from "../support/repository.ts";

/** A repository in which calls create `exp-a`, each with its own signal. */
async function prepare() {
  const { directory: workspace, git, commit } = await temporaryRepository();
  await mkdir(dirname(planPath(workspace, "F1")), { recursive: true });
  const suites = { api: { command: ["true"], report: { format: "exit-code" } } };
  await writeFile(planPath(workspace, "F1"), JSON.stringify({ suites }));
  await commit("main", { "shop.ts": "one\n" });
  const ref = { workspace, feature_id: "F1", experiment_slug: "exp-a" };
  const { lakebase, names } = fakeCli({
    "list-branches": [{ stdout: [productionJson] }],
    "create-branch": [{ stdout: branchJson("f1--exp-a") }],
  });
  const cut = ({ signal } = new AbortController()) =>
    cutExperiments(
      { workspace, lakebase, backend: "local", launch: [], progress: () => {}, signal },
      { feature_id: "F1", experiments: [{ experiment_slug: "exp-a" }] },
    );
  /** Waits until so many calls have their worktree and go on to their branch. */
  const haveWorktrees = (count: number) =>
    expect.poll(() => names().filter((name) => name === "list-branches").length).toBe(count);
  const whileLocked = <Result>(path: string, task: () => Promise<Result>) =>
    withLock(path, new AbortController().signal, task);
  return { git, ref, cut, haveWorktrees, whileLocked, path: `${workspace}.worktrees/F1/exp-a` };
}

test("a call that fails takes back no worktree that another call counts on", async () => {
  const { ref, cut, haveWorktrees, whileLocked, path } = await prepare();
  const first = new AbortController();
  const [failed, second] = await whileLocked(cutPaths(ref).lock, async () => {
    const failing = cut(first).catch((error: unknown) => error);
    await haveWorktrees(1);
    const other = cut();
    await haveWorktrees(2);
    first.abort(new Error("the client went away"));
    return [failing, other];
  }).then((calls) => Promise.all(calls));
  expect(failed).not.toMatchObject({ errors: [] });
  expect(second).toMatchObject({ errors: [], experiments: [{ code_directory: path }] });
  expect(await checkCode(ref)).toMatchObject({ root: path });
});

test("a worktree that was taken back meanwhile is created again before its experiment is recorded", async () => {
  const { git, ref, cut, haveWorktrees, whileLocked, path } = await prepare();
  const call = await whileLocked(cutPaths(ref).lock, async () => {
    const cutting = cut();
    await haveWorktrees(1);
    await git("worktree", "remove", path);
    await git("branch", "--quiet", "-D", "experiment/F1/exp-a");
    await rm(experimentPaths(ref).worktree);
    return { cutting };
  });
  expect(await call.cutting).toMatchObject({ errors: [], experiments: [{ code_directory: path }] });
  expect(await checkCode(ref)).toMatchObject({ root: path });
});

test("no worktree comes back for an experiment whose closing has begun", async () => {
  const { git, ref, cut, path } = await prepare();
  await cut();
  await git("worktree", "remove", path);
  await writeClosing(ref, makeClosed());
  const start = await findStart(ref.workspace, undefined);
  const choice = { worktree: undefined, start, directories: {}, signal: new AbortController().signal };
  await expect(ensureWorktree(ref, choice)).rejects.toMatchObject({ code: "closing_unfinished" });
  expect(existsSync(path)).toBe(false);
});
