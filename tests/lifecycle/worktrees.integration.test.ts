import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { checkCode } from "../../src/experiments/code/worktrees.ts";
import { experimentPaths, oldWorktreePath, planPath } from "../../src/experiments/layout.ts";
import { type CutInput, cutExperiments } from "../../src/lifecycle/create.ts";
import { branchJson, fails, fakeCli, productionJson, type Script } from "../lakebase/fake-cli.ts";
import { temporaryCheckout } from "../support/machine/temporary.ts";
import { temporaryRepository } from "../support/repository.ts";

const branch = "f1--exp-a";
const created: Script = { "create-branch": [{ stdout: branchJson(branch) }] };
const suites = { api: { command: ["true"], report: { format: "exit-code" } } };

async function writePlan(workspace: string, worktrees?: object): Promise<void> {
  await mkdir(dirname(planPath(workspace, "F1")), { recursive: true });
  await writeFile(planPath(workspace, "F1"), JSON.stringify({ suites, worktrees }));
}

function cutIn(workspace: string, worktrees?: string) {
  return (input: Partial<CutInput> = {}, script = created) => {
    const { lakebase } = fakeCli({ "list-branches": [{ stdout: [productionJson] }], ...script });
    const context = {
      ...{ workspace, worktrees, lakebase, backend: "local" as const, launch: [], progress: () => {} },
      signal: new AbortController().signal,
    };
    return cutExperiments(context, {
      feature_id: "F1",
      experiments: [{ experiment_slug: "exp-a" }],
      ...input,
    });
  };
}

/** A repository with a plan; `folder` is where the workspace is in it. */
async function shop({ folder = "", worktrees }: { folder?: string; worktrees?: string } = {}) {
  const repository = await temporaryRepository();
  const workspace = join(repository.directory, folder);
  await mkdir(workspace, { recursive: true });
  await writePlan(workspace);
  const base = await repository.commit("main", { [join(folder, "shop.ts")]: "one\n" });
  const ref = { workspace, feature_id: "F1", experiment_slug: "exp-a" };
  return { ...repository, workspace, base, ref, cut: cutIn(workspace, worktrees) };
}

it("creates a worktree beside the checkout on its own git branch, and hides its record from git", async () => {
  const { cut, git, ref, base, directory } = await shop();
  const path = `${directory}.worktrees/F1/exp-a`;
  expect(await cut()).toMatchObject({
    experiments: [{ code_directory: path, git_branch: "experiment/F1/exp-a" }],
    warnings: [],
    errors: [],
  });
  expect(JSON.parse(await readFile(experimentPaths(ref).worktree, "utf8"))).toEqual({
    path,
    git_branch: "experiment/F1/exp-a",
    base_commit: base,
    base_branch: "main",
  });
  await git("add", "--all");
  expect(await git("diff", "--cached", "--name-only")).not.toContain("worktree.json");
  expect(await checkCode(ref)).toMatchObject({ directory: path });
});

it("uses the same subfolder of the worktree when the workspace is below the repository's root", async () => {
  const { cut, ref, directory } = await shop({ folder: "packages/shop" });
  const path = `${directory}.worktrees/F1/exp-a`;
  expect(await cut()).toMatchObject({ experiments: [{ code_directory: `${path}/packages/shop` }] });
  expect(await checkCode(ref)).toMatchObject({ root: path, directory: `${path}/packages/shop` });
  await rm(`${path}/packages/shop`, { recursive: true });
  await writeFile(`${path}/packages/other.ts`, "");
  // All that was committed lay in that folder.
  await expect(checkCode(ref)).rejects.toMatchObject({ code: "worktree_incomplete" });
});

it("reports a workspace folder that a design removed", async () => {
  const { cut, ref, git, directory } = await shop({ folder: "packages/shop" });
  await cut();
  const path = `${directory}.worktrees/F1/exp-a`;
  await git("-C", path, "mv", "packages/shop", "shop");
  await expect(checkCode(ref)).rejects.toMatchObject({ code: "worktree_folder_missing" });
});

it("starts at base_ref, and refuses an unknown one before it creates a branch", async () => {
  const { cut, base, commit, ref } = await shop();
  await commit("main", { "shop.ts": "two\n" });
  await expect(cut({ base_ref: "no-such" })).rejects.toMatchObject({ code: "unknown_ref" });
  await expect(cut({ base_ref: "--all" })).rejects.toMatchObject({ code: "unknown_ref" });
  expect(existsSync(experimentPaths(ref).directory)).toBe(false);
  await cut({ base_ref: base });
  const { root } = await checkCode(ref);
  expect(await readFile(join(root, "shop.ts"), "utf8")).toBe("one\n");
  expect(await cut({ base_ref: "main" })).toMatchObject({
    errors: [],
    warnings: [expect.stringMatching(/keeps its worktree, which started at/)],
  });
});

it("creates none on request, and keeps an experiment without one as it is", async () => {
  const { cut, ref, workspace, directory } = await shop();
  expect(await cut({ worktree: false })).toMatchObject({ experiments: [{ code_directory: workspace }] });
  expect(await cut()).toMatchObject({ experiments: [{ code_directory: workspace }], errors: [] });
  expect(existsSync(`${directory}.worktrees`)).toBe(false);
  expect(await checkCode(ref)).toEqual({ root: workspace, directory: workspace });
});

it("says that there are no worktrees outside a repository with a commit, and refuses a request for one", async () => {
  const workspace = await temporaryCheckout();
  await writePlan(workspace);
  const cut = cutIn(workspace);
  expect(await cut()).toMatchObject({
    experiments: [{ code_directory: workspace }],
    warnings: [expect.stringMatching(/No worktrees were created: .*EXPERIMENT_SLUG/)],
  });
  const experiments = [{ experiment_slug: "exp-b" }];
  expect(await cut({ experiments, worktree: true })).toMatchObject({ errors: [{ code: "no_repository" }] });
});

it("names uncommitted files of the main checkout, which no worktree contains", async () => {
  const { cut, workspace } = await shop();
  await writeFile(join(workspace, "acceptance.test.ts"), "");
  expect(await cut()).toMatchObject({
    warnings: [expect.stringMatching(/missing from new worktrees: acceptance\.test\.ts/)],
  });
  expect(await cut()).toMatchObject({ warnings: [] });
});

it("restores a missing worktree, whatever Lakebase says about the branch", async () => {
  const { cut, git, ref } = await shop();
  await cut();
  const { root } = await checkCode(ref);
  await git("worktree", "remove", root);
  await expect(checkCode(ref)).rejects.toMatchObject({ code: "worktree_gone" });
  const down: Script = { "list-branches": [fails("cannot configure default credentials")] };
  await expect(cut({}, down)).rejects.toMatchObject({ code: "not_authenticated" });
  expect(await checkCode(ref)).toMatchObject({ root });
});

const refusal = fails("cannot configure default credentials");

it.each<[string, Script]>([
  ["the branch cannot be cut", { "create-branch": [refusal] }],
  ["branches cannot be listed", { "list-branches": [refusal] }],
])("removes a new worktree if %s", async (_, down) => {
  const { cut, git, ref, directory } = await shop();
  await cut({}, down).catch(() => {});
  expect(await git("worktree", "list")).not.toContain("exp-a");
  expect(await git("branch", "--list", "experiment/*")).toBe("");
  expect(existsSync(`${directory}.worktrees`)).toBe(false);
  expect(existsSync(experimentPaths(ref).worktree)).toBe(false);
});

it("uses another location from the plan or the machine, including an ignored folder of the checkout", async () => {
  const inside = await shop({ worktrees: "trees" });
  expect(await inside.cut()).toMatchObject({ errors: [{ code: "worktrees_inside" }] });
  await writeFile(join(inside.workspace, ".gitignore"), "/trees/\n");
  const path = join(inside.workspace, "trees/F1/exp-a");
  expect(await inside.cut()).toMatchObject({ experiments: [{ code_directory: path }] });
  const planned = await shop();
  await writePlan(planned.workspace, { directory: "../elsewhere" });
  const other = join(planned.workspace, "../elsewhere/F1/exp-a");
  expect(await planned.cut()).toMatchObject({ experiments: [{ code_directory: other }] });
  const kept = await shop({ worktrees: ".git/trees" });
  expect(await kept.cut()).toMatchObject({ errors: [{ code: "worktrees_inside" }] });
});

it("keeps a worktree that an earlier version created below the records, and notices when it is gone", async () => {
  const { cut, git, ref, base } = await shop();
  await cut({ worktree: false });
  const old = oldWorktreePath(ref);
  await git("worktree", "add", "-q", "-b", "experiment/F1/exp-a", old);
  expect(await checkCode(ref)).toMatchObject({ directory: old });
  await git("worktree", "remove", old);
  await expect(checkCode(ref)).rejects.toMatchObject({ code: "worktree_gone" });
  const { experiments } = await cut();
  expect(experiments).toMatchObject([{ git_branch: "experiment/F1/exp-a" }]);
  expect(await checkCode(ref)).toMatchObject({ worktree: { base_commit: base } });
});

it("returns to the main checkout only on request", async () => {
  const { cut, git, ref, workspace } = await shop();
  await cut();
  expect(await cut({ worktree: false })).toMatchObject({ errors: [{ code: "worktree_conflict" }] });
  await git("worktree", "remove", (await checkCode(ref)).root);
  // As in a clone on another machine, which has the git branch alone.
  await rm(experimentPaths(ref).worktree);
  await expect(checkCode(ref)).rejects.toMatchObject({ code: "worktree_gone" });
  expect(await cut({ worktree: false })).toMatchObject({ experiments: [{ code_directory: workspace }] });
  expect(await checkCode(ref)).toMatchObject({ directory: workspace });
});

it("continues from an existing git branch, and says so", async () => {
  const { cut, commit, git, ref } = await shop();
  await commit("experiment/F1/exp-a", { "design.ts": "prepared\n" });
  await git("switch", "-q", "main");
  expect(await cut({ base_ref: "main" })).toMatchObject({ errors: [{ code: "git_branch_exists" }] });
  expect(await cut()).toMatchObject({ warnings: [expect.stringMatching(/from the existing git branch/)] });
  const { root } = await checkCode(ref);
  expect(await readFile(join(root, "design.ts"), "utf8")).toBe("prepared\n");
});

it("does not let designs share a checkout when git refuses to read the repository", async () => {
  const { cut, directory, ref } = await shop();
  vi.stubEnv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1");
  onTestFinished(() => void vi.unstubAllEnvs());
  await expect(cut()).rejects.toMatchObject({
    code: "git_unreadable",
    message: expect.stringMatching(/refuses to read the repository of .*: it belongs to another user/),
    hint: expect.stringContaining(`git config --global --add safe.directory ${directory}`),
  });
  vi.unstubAllEnvs();
  await cut();
  await writeFile(join(directory, ".git/config"), "[core\n");
  await expect(checkCode(ref)).rejects.toMatchObject({
    code: "git_unreadable",
    message: expect.stringContaining("bad config"),
  });
});
