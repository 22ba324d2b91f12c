import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { expect, test } from "vitest";
import { getExperiment } from "../../src/experiments/experiments.ts";
import { connectionUrl, openConnection } from "../../src/lakebase/connection/connection.ts";
import { getProject } from "../../src/lakebase/projects.ts";
import { checkQueue } from "../../src/queue/check-queue.ts";
import { withCodeBundle } from "../../src/queue/execute/source.ts";
import { listRuns, newRunId } from "../../src/runs/journal/journal.ts";
import { localLakebase } from "../support/lakebase.ts";
import { script } from "../support/plans.ts";
import { createQueueUrl, dumpTables } from "../support/queue/queue.ts";
import { temporaryRepository } from "../support/repository.ts";
import { prepareRun, type RunAnswer, waitFor } from "../support/runs.ts";

test("a queue on a branch that experiments run on or are forked from is refused before a run is made", async () => {
  const lakebase = localLakebase();
  const { project } = lakebase.settings;
  const { workspace, feature_id, server } = await prepareRun(
    () => ({ suites: { api: script("") } }),
    ["exp-a"],
    { LAKEBASE_QUEUE_URL: `lakebase://${project}` },
  );
  expect(await server.fail("run_experiments", { feature_id })).toMatchObject({ code: "queue_forked" });
  expect(await listRuns(workspace)).toEqual([]);

  const { default_branch } = await getProject(lakebase);
  if (default_branch === null) throw new Error("The emulator's project has no default branch.");
  const parent = connectionUrl(await openConnection(lakebase, default_branch));
  const { branch } = await getExperiment({ workspace, feature_id, experiment_slug: "exp-a" });
  const own = `lakebase://${project}/${branch}`;
  const check = (queue_url: string) =>
    checkQueue({ workspace, lakebase, signal: new AbortController().signal, queue_url }, { feature_id });
  await expect(check(own)).rejects.toMatchObject({ code: "queue_forked" });
  await expect(check(parent)).rejects.toMatchObject({ code: "queue_forked" });
  await check(`lakebase://${project}/jobs`);
  await check(await createQueueUrl());
});

async function prepareShop(plan: object) {
  const queueUrl = await createQueueUrl();
  const shop = await temporaryRepository();
  await shop.commit("main", { ".gitignore": "/.tdd/\n" });
  const run = await prepareRun(() => plan, ["exp-a"], { LAKEBASE_QUEUE_URL: queueUrl }, shop.directory);
  return { ...run, queueUrl };
}

test("a plan with a secret is refused before a run exists, and nothing of it reaches the queue", async () => {
  const secret = "c0ffee-c0ffee-c0ffee";
  const api = { ...script(""), env: { API_TOKEN: secret } };
  const { server, workspace, feature_id, queueUrl } = await prepareShop({ suites: { api } });
  expect(await server.fail("run_experiments", { feature_id })).toMatchObject({
    code: "queue_secret_in_plan",
  });
  expect(await listRuns(workspace)).toEqual([]);
  expect(await dumpTables(queueUrl)).not.toContain(secret);
});

test("commits that no remote has travel with the job up to a limit, beyond which they must be pushed", async () => {
  const shop = await temporaryRepository();
  await shop.commit("main", { "shop.txt": "one\n" });
  const commit = await shop.commit("large", { "large.txt": randomBytes(200_000).toString("hex") });
  const code = {
    ...{ runId: newRunId(), code: { root: shop.directory }, tree: { commit, dirty: false } },
    experiment: { workspace: shop.directory, experiment_slug: "exp-a" },
  };
  const sizes: number[] = [];
  const paths: string[] = [];
  const use = async (path: string) => {
    paths.push(path);
    sizes.push((await stat(path)).size);
  };
  await withCodeBundle(code, use);
  expect(sizes).toEqual([expect.any(Number)]);
  const [size = 0] = sizes;
  await withCodeBundle(code, use, size);
  const gone = { ...code, code: { root: dirname(code.code.root) } };
  await expect(withCodeBundle(gone, use)).rejects.toMatchObject({ code: "git_unreadable" });
  await expect(withCodeBundle(code, use, size - 1)).rejects.toMatchObject({
    code: "queue_code_too_large",
    message: expect.stringContaining("0.2 MB"),
    hint: expect.stringContaining("Push"),
  });
  expect(paths).toHaveLength(2);
  expect(paths.filter((path) => existsSync(path))).toEqual([]);
});

test("a suite that would outlast any job is not measured", async () => {
  const { server, start } = await prepareShop({
    suites: { api: { ...script(""), timeout_seconds: 86_400 } },
  });
  const { run_id } = await start();
  // Ends early if a job was made, because it would wait for a worker forever.
  const isMade = ({ results }: RunAnswer) => results[0]?.step?.includes("waiting") === true;
  expect(await waitFor(server, run_id, isMade)).toMatchObject({
    state: "finished",
    results: [{ status: "not_measured", error: { code: "queue_job_too_long" } }],
  });
});
