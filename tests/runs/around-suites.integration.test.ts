import { execFileSync } from "node:child_process";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../support/machine/temporary.ts";
import { temporaryRepository } from "../support/repository.ts";
import { findSuitePid, loggedScript, openGate, prepareRun, readNotes, waitFor } from "../support/runs.ts";

/** Experiments with worktrees, whose git processes are noted; those of one whose name is in the file `held` wait. */
async function prepareNoted(slugs: string[], makeSource: (held: string, gate: string) => string) {
  const folder = await temporaryFolder();
  const [bin, log, held, gate] = ["bin", "git.log", "held", "gate"].map((name) => join(folder, name));
  if (!bin || !log || !held || !gate) throw new Error("no folder");
  await mkdir(bin);
  await copyFile(resolve("tests/fixtures/counting-git.sh"), join(bin, "git"));
  const { directory, commit } = await temporaryRepository();
  await commit("main", { "design.txt": "a" });
  const env = {
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    REAL_GIT: execFileSync("which", ["git"], { encoding: "utf8" }).trim(),
    COUNTED_GIT: log,
    HELD_GIT: held,
  };
  const plan = (workspace: string) => ({
    budget: { concurrent_branches: 2 },
    suites: { api: loggedScript(workspace, makeSource(held, gate)), e2e: loggedScript(workspace) },
  });
  const race = await prepareRun(plan, slugs, env, directory);
  await writeFile(log, "");
  return {
    ...race,
    release: () => Promise.all([rm(held, { force: true }), openGate(gate)]),
    /** The git commands in an experiment's worktree so far. */
    listGit: async (slug: string) => {
      const lines = (await readFile(log, "utf8")).trim().split("\n");
      return lines.filter((line) => line.startsWith(`${slug} `)).map((line) => line.slice(slug.length + 1));
    },
  };
}

test("an experiment's worktree is looked at by few git processes, none of them twice for the same moment", async () => {
  const slugs = ["exp-a", "exp-b"];
  const { server, start, listGit } = await prepareNoted(slugs, () => "");
  await waitFor(server, (await start()).run_id);
  const ofSuite = ["grep", "ls-files", "status", "status"];
  // Where the worktree is, and what git hides of it; then the suites; then the differences, and the comparison's look at
  // a winner.
  const all = ["rev-parse", "ls-files", ...ofSuite, ...ofSuite, "merge-base", "diff", "status"].sort();
  // Its state before the first suite is read once more if that suite starts late.
  const late = [...all, "status"].sort();
  for (const slug of slugs) expect([all, late]).toContainEqual((await listGit(slug)).sort());
});

test("the next experiment begins while what a passed suite left is still looked at", async () => {
  const source = (held: string, gate: string) => `
    if (slug === "exp-a") fs.writeFileSync(${JSON.stringify(held)}, "exp-a\\n");
    if (slug === "exp-b") await gate(${JSON.stringify(gate)});`;
  const { server, workspace, start, release } = await prepareNoted(["exp-a", "exp-b", "exp-c"], source);
  const { run_id } = await start({ tags: ["api"] });
  await findSuitePid(workspace, "exp-c", "api");
  await release();
  const { results, peak_in_flight } = await waitFor(server, run_id);
  expect(results.map(({ status }) => status)).toEqual(["succeeded", "succeeded", "succeeded"]);
  expect(peak_in_flight).toBe(2);
});

test("an experiment whose suite failed in a repeat keeps its place until the cause is known", async () => {
  const { directory, commit } = await temporaryRepository();
  await commit("main", { "design.txt": "a" });
  // exp-a runs twice, first with one test that fails, then with another that passes, and once more on a fresh branch.
  const source = (workspace: string) => `
    const third = "${workspace}/third";
    const starts = fs.readFileSync("${workspace}/notes", "utf8").match(/start .* exp-a/g)?.length;
    if (slug === "exp-a" && starts === 3) fs.writeFileSync(third, "");
    if (slug === "exp-b") await gate(third);
    if (slug === "exp-c" && !fs.existsSync(third)) note("early");
    const hasFailed = slug === "exp-a" && starts !== 2;
    const result = (hasFailed ? "not ok" : "ok") + " 1 - " + (slug === "exp-a" ? starts : 0);
    fs.writeFileSync(process.env.ARTIFACTS_DIR + "/api.tap", "TAP version 13\\n1..1\\n" + result + "\\n");
    process.exitCode = hasFailed ? 1 : 0;`;
  const plan = (workspace: string) => ({
    budget: { concurrent_branches: 2 },
    suites: {
      api: {
        ...loggedScript(workspace, source(workspace)),
        report: { format: "tap", path: "api.tap" },
        retry_on_fresh_branch: true,
      },
    },
  });
  const { server, workspace, start } = await prepareRun(plan, ["exp-a", "exp-b", "exp-c"], {}, directory);
  const { run_id } = await start({ repeat: 2 });
  const { results } = await waitFor(server, run_id);
  expect(results.map(({ by_tag }) => by_tag)).toMatchObject([
    { api: { passed: 1, failed: 1 } },
    { api: { passed: 1, failed: 0 } },
    { api: { passed: 1, failed: 0 } },
  ]);
  expect((await readNotes(workspace)).filter(({ what }) => what === "early")).toEqual([]);
});
