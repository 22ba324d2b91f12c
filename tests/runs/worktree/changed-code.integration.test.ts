import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { prepareFailing } from "../../support/failing-runs.ts";
import { countStarts, loggedScript, openGate, waitFor } from "../../support/runs.ts";

test("does not measure a suite during which the experiment's commit moved, and keeps the earlier counts", async () => {
  const feature = await prepareFailing((workspace) => ({
    suites: { api: loggedScript(workspace, `await gate("${workspace}/go");`) },
  }));
  const options = { experiment_slugs: ["exp-a"] };
  const gate = join(feature.workspace, "go");
  await openGate(gate);
  await feature.run(options);
  const before = await feature.outcomes("exp-a");
  await rm(gate);

  const { run_id } = await feature.start(options);
  await expect.poll(() => countStarts(feature.workspace, "exp-a", "api")).toBe(2);
  const code = `${feature.workspace}.worktrees/${feature.feature_id}/exp-a`;
  await feature.git("-C", code, "commit", "-q", "--allow-empty", "-m", "later");
  await openGate(gate);

  expect((await waitFor(feature.server, run_id)).results).toMatchObject([
    { status: "not_measured", by_tag: {}, error: { code: "code_moved" } },
  ]);
  expect((await feature.outcomes("exp-a"))?.by_tag).toEqual(before?.by_tag);
  expect(await feature.compare()).toMatchObject({ recommendation: "continue" });
});

test("does not measure a suite of code that was edited after the cycle's first suite had begun", async () => {
  const edit = `fs.appendFileSync("design.txt", "more\\n"); fs.appendFileSync(".gitignore", "more\\n");`;
  const feature = await prepareFailing((workspace) => ({
    suites: {
      reset: loggedScript(workspace, 'require("node:child_process").execSync("git reset -q");'),
      api: loggedScript(workspace, edit),
      e2e: loggedScript(workspace),
    },
  }));
  const code = `${feature.workspace}.worktrees/${feature.feature_id}/exp-a`;
  await writeFile(join(code, "design.txt"), "not committed\n");

  expect((await feature.run({ experiment_slugs: ["exp-a"] })).results).toMatchObject([
    { status: "not_measured", by_tag: { api: { passed: 1, failed: 0 } }, error: { code: "code_moved" } },
  ]);
  expect((await feature.outcomes("exp-a"))?.evidence?.by_tag).toMatchObject({
    reset: { state: "no_evidence", code: "code_moved", reason: expect.stringContaining("git switched") },
    api: { state: "evidence", in_doubt: [".gitignore"] },
    e2e: { state: "no_evidence", code: "code_moved", reason: expect.stringContaining("design.txt") },
  });
});

test("measures a suite that writes into a folder that designs share only when it runs alone", async () => {
  const feature = await prepareFailing((workspace) => ({
    worktrees: { link: ["data"] },
    suites: { api: loggedScript(workspace, 'fs.writeFileSync("data/client.js", slug);') },
  }));
  await mkdir(join(feature.workspace, "data"));

  expect((await feature.run()).results).toMatchObject([
    { status: "not_measured", error: { code: "shared_folder_changed" } },
    { status: "not_measured", error: { code: "shared_folder_changed" } },
  ]);
  expect((await feature.run({ concurrency: 1 })).results).toMatchObject([
    { status: "succeeded" },
    { status: "succeeded" },
  ]);
});

test("does not measure code in which git left conflicts", async () => {
  const feature = await prepareFailing((workspace) => ({
    suites: { api: loggedScript(workspace, "process.exitCode = 1;") },
  }));
  const code = `${feature.workspace}.worktrees/${feature.feature_id}/exp-a`;
  const git = (...args: string[]) => feature.git("-C", code, ...args);
  const commit = async (text: string) => {
    await writeFile(join(code, "shop.txt"), text);
    await git("add", "shop.txt");
    await git("commit", "-qm", text);
  };
  await git("branch", "other");
  await commit("one");
  await git("switch", "-q", "other");
  await commit("two");
  await git("switch", "-q", "-");
  await expect(git("merge", "other")).rejects.toThrow("conflict");
  const options = { experiment_slugs: ["exp-a"] };
  expect((await feature.run(options)).results).toMatchObject([
    {
      status: "not_measured",
      error: { code: "merge_conflict", message: expect.stringContaining(`conflicts in ${code}: shop.txt`) },
    },
  ]);
  await git("merge", "--abort");
  expect((await feature.run(options)).results).toMatchObject([{ status: "failed" }]);
});
