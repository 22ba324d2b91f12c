import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { expect, inject, test } from "vitest";
import * as z from "zod";
import { experimentPaths } from "../../src/experiments/layout.ts";
import { readOutcomes } from "../../src/experiments/outcomes/outcomes.ts";
import { script, suite } from "../support/plans.ts";
import { answerSchema, type Server, waitFor } from "../support/runs.ts";
import { startServer, uniqueFeature } from "../support/server.ts";

const cutSchema = z.object({
  experiments: z.array(
    z.object({ experiment_slug: z.string(), code_directory: z.string(), next_step: z.string() }),
  ),
  errors: z.array(z.object({ code: z.string() })),
});

async function git(directory: string, ...args: string[]): Promise<string> {
  const author = ["-c", "user.name=test", "-c", "user.email=test@localhost"];
  return (await execa("git", [...author, ...args], { cwd: directory })).stdout;
}

async function runFeature(server: Server, feature_id: string) {
  const { run_id } = await server.call(answerSchema, "run_experiments", { feature_id });
  return waitFor(server, run_id);
}

test("an experiment with a worktree runs its own code, and is compared with its starting point", async () => {
  const server = await startServer();
  const feature_id = uniqueFeature();
  await server.writePlan(feature_id, {
    suites: {
      api: suite(1, 0),
      infra: script("process.exit(require('node:fs').existsSync('own.txt') ? 0 : 1)"),
    },
  });
  await writeFile(join(server.workspace, "shared.txt"), "one\ntwo\n");
  await git(server.workspace, "init", "-q", "-b", "main");
  await git(server.workspace, "add", "-A");
  await git(server.workspace, "commit", "-q", "-m", "start");

  const input = {
    feature_id,
    worktree: true,
    experiments: [{ experiment_slug: "exp-a" }, { experiment_slug: "exp-b" }],
  };
  const cut = await server.call(cutSchema, "create_experiments", input);
  expect(await server.call(cutSchema, "create_experiments", input)).toEqual(
    expect.objectContaining({ errors: [] }),
  );
  const own = cut.experiments[0]?.code_directory ?? "";
  expect(cut.experiments[0]?.next_step).toMatch(/code_directory and commit .* run/);
  await writeFile(join(own, "own.txt"), "a\nb\nc\n");
  await writeFile(join(own, "shared.txt"), "one\n");
  await git(own, "add", "-A");
  await git(own, "commit", "-q", "-m", "a design");

  const other = cut.experiments[1]?.code_directory ?? "";
  await writeFile(join(other, "draft.txt"), "1\n2\n");

  const run = await runFeature(server, feature_id);
  expect(run.results).toMatchObject([
    { status: "succeeded" },
    { status: "failed", by_tag: { infra: { failed: 1 } } },
  ]);

  const ref = { workspace: server.workspace, feature_id, experiment_slug: "exp-a" };
  expect(await readOutcomes(ref)).toMatchObject({
    schema_diff_summary: "+table public.seen",
    code_diff_lines: 4,
    code_diff: { added: 3, removed: 1 },
    evidence: { commit: await git(own, "rev-parse", "HEAD"), dirty: false },
  });
  const difference = await readFile(join(experimentPaths(ref).artifacts, "C1", "schema-diff.json"), "utf8");
  expect(JSON.parse(difference)).toMatchObject({ from_branch: "production", changes: [{ change: "added" }] });
  expect(await readOutcomes({ ...ref, experiment_slug: "exp-b" })).toMatchObject({
    code_diff: { added: 2, removed: 0 },
    evidence: { dirty: true },
  });
  expect(await git(other, "status", "--porcelain")).toBe("?? draft.txt");
  const rowsSchema = z.object({ rows: z.array(z.looseObject({ code_directory: z.string() })) });
  const { rows } = await server.call(rowsSchema, "compare_experiments", { feature_id, detail: "rows" });
  expect(rows.map(({ code_directory }) => code_directory)).toEqual([own, other]);
});

test("refuses an experiment with a worktree outside a repository, and records nothing", async () => {
  const server = await startServer();
  const feature_id = uniqueFeature();
  await server.writePlan(feature_id, { suites: { api: script("") } });
  const input = { feature_id, worktree: true, experiments: [{ experiment_slug: "exp-a" }] };
  expect(await server.call(cutSchema, "create_experiments", input)).toMatchObject({
    experiments: [],
    errors: [{ code: "no_repository" }],
  });
  expect(await server.fail("run_experiments", { feature_id })).toMatchObject({ code: "no_experiments" });
});

/** A feature whose one test is about the code of the worktree that it runs in, with an experiment that fails it. */
async function brokenDesign() {
  const server = await startServer();
  const { workspace } = server;
  const feature_id = uniqueFeature();
  await writeFile(join(workspace, "price.txt"), "good");
  await git(workspace, "init", "-q", "-b", "main");
  await git(workspace, "add", "-A");
  await git(workspace, "commit", "-q", "-m", "start");
  await server.writePlan(feature_id, {
    suites: {
      api: script("process.exit(require('node:fs').readFileSync('price.txt', 'utf8') === 'good' ? 0 : 1)"),
    },
  });
  const create = () =>
    server.call(cutSchema, "create_experiments", { feature_id, experiments: [{ experiment_slug: "exp-a" }] });
  const own = (await create()).experiments[0]?.code_directory ?? "";
  await writeFile(join(own, "price.txt"), "broken");
  await git(own, "commit", "-qam", "a broken design");
  const run = () => runFeature(server, feature_id);
  return { workspace, feature_id, own, create, run };
}

const counted = { results: [{ by_tag: { api: { passed: 0, failed: 1 } } }] };

test("does not measure a missing worktree, never falls back on the main checkout, and restores it", async () => {
  const { workspace, own, create, run } = await brokenDesign();
  expect(await run()).toMatchObject(counted);
  await git(workspace, "worktree", "remove", own);
  expect(await run()).toMatchObject({ results: [{ by_tag: {}, error: { code: "worktree_gone" } }] });
  await create();
  expect(await run()).toMatchObject(counted);
});

test.each(["the main checkout", "the worktree"])(
  "a run started by a git hook in %s uses the experiment's code, and does not affect the commit",
  async (place) => {
    const { workspace, feature_id, own } = await brokenDesign();
    const checkout = place === "the worktree" ? own : workspace;
    const hook = join(workspace, ".git/hooks/pre-commit");
    await mkdir(join(workspace, ".git/hooks"), { recursive: true });
    const program = [process.execPath, resolve("dist/main.js"), "--workspace", workspace, "run", feature_id];
    await writeFile(
      hook,
      `#!/bin/sh\nexport LAKEBASE_LOCAL_HOME=${inject("localHome")}\n${program.join(" ")} || exit 0\n`,
    );
    await chmod(hook, 0o755);
    await writeFile(join(checkout, "staged.txt"), "staged");
    await writeFile(join(checkout, "price.txt"), "changed");
    await writeFile(join(checkout, "untracked.txt"), "untracked");
    await git(checkout, "add", "staged.txt");
    const before = await git(own, "rev-parse", "HEAD");
    await git(checkout, "commit", "-qam", "with a run in it");
    expect((await git(checkout, "show", "--name-only", "--format=", "HEAD")).split("\n")).toEqual([
      "price.txt",
      "staged.txt",
    ]);
    expect(await git(checkout, "status", "--porcelain", "-uno")).toBe("");
    const ref = { workspace, feature_id, experiment_slug: "exp-a" };
    expect(await readOutcomes(ref)).toMatchObject({
      by_tag: { api: { passed: 0, failed: 1 } },
      evidence: { commit: before, dirty: place === "the worktree" },
    });
  },
);

test("does not measure what a runner of the main checkout collects from a worktree below it, and says so", async () => {
  const server = await startServer({ env: { LAKEBASE_WORKTREES: ".tdd/worktrees" } });
  const { workspace } = server;
  const feature_id = uniqueFeature();
  const arguments_ = ["--test", "--test-reporter=junit", "--test-reporter-destination=$ARTIFACTS_DIR/r.xml"];
  await server.writePlan(feature_id, {
    suites: { api: { command: ["node", ...arguments_], report: { format: "junit", path: "r.xml" } } },
  });
  await writeFile(join(workspace, "price.js"), "module.exports = 'good';\n");
  const source =
    "require('node:test')('price', () => require('node:assert').equal(require('./price.js'), 'good'));\n";
  await writeFile(join(workspace, "price.test.js"), source);
  await git(workspace, "init", "-q", "-b", "main");
  await git(workspace, "add", "-A");
  await git(workspace, "commit", "-q", "-m", "start");
  const create = (experiment_slug: string, worktree: boolean) =>
    server.call(cutSchema, "create_experiments", {
      feature_id,
      worktree,
      experiments: [{ experiment_slug }],
    });
  await create("exp-main", false);
  const { experiments } = await create("exp-worktree", true);
  const own = experiments[0]?.code_directory ?? "";
  await writeFile(join(own, "price.js"), "module.exports = 'broken';\n");
  await git(own, "commit", "-qam", "a broken design");
  const run = await runFeature(server, feature_id);
  expect(run.results).toMatchObject([
    {
      status: "not_measured",
      by_tag: {},
      error: { code: "cases_foreign", message: expect.stringContaining(own) },
    },
    { status: "failed", by_tag: { api: { passed: 0, failed: 1 } } },
  ]);
});

test("prepares a worktree once, with the files that the plan copies, and reveals none of their secrets", async () => {
  const server = await startServer();
  const { workspace } = server;
  const feature_id = uniqueFeature();
  const install = "require('node:fs').appendFileSync('installed', 'x'); console.log('installing')";
  const read = "const text = require('node:fs').readFileSync('.env', 'utf8'); console.log(text);";
  const check = `${read} process.exit(require('node:fs').readFileSync('installed', 'utf8') === 'x' ? 0 : 1)`;
  const plan = (prepare: string[]) =>
    server.writePlan(feature_id, { worktrees: { prepare, copy: [".env"] }, suites: { api: script(check) } });
  await plan([process.execPath, "-e", "console.error('no network'); process.exit(7)"]);
  await writeFile(join(workspace, ".gitignore"), ".env\ninstalled\n");
  await writeFile(join(workspace, ".env"), "API_KEY=sk-live-0815\nFLAG=on\n");
  await git(workspace, "init", "-q", "-b", "main");
  await git(workspace, "add", "-A");
  await git(workspace, "commit", "-q", "-m", "start");
  await server.call(cutSchema, "create_experiments", {
    feature_id,
    experiments: [{ experiment_slug: "exp-a" }],
  });
  const run = () => runFeature(server, feature_id);
  const ref = { workspace, feature_id, experiment_slug: "exp-a" };
  const log = (name: string) => readFile(join(experimentPaths(ref).artifacts, name), "utf8");
  expect(await run()).toMatchObject({
    results: [{ status: "not_measured", by_tag: {}, error: { code: "prepare_failed" } }],
  });
  expect(await log("C1/prepare/stderr.log")).toBe("no network\n");

  await plan([process.execPath, "-e", install]);
  expect(await run()).toMatchObject({ results: [{ by_tag: { api: { passed: 1, failed: 0 } } }] });
  expect(await log("C2/prepare/stdout.log")).toBe("installing\n");
  expect(await log("C2/api/stdout.log")).toBe("API_KEY=[redacted]\nFLAG=on\n\n");
  // Prepared twice, the suite would fail.
  expect(await run()).toMatchObject({ results: [{ by_tag: { api: { passed: 1, failed: 0 } } }] });
});
