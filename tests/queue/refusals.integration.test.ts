import { expect, test } from "vitest";
import { getExperiment } from "../../src/experiments/experiments.ts";
import { connectionUrl, openConnection } from "../../src/lakebase/connection/connection.ts";
import { getProject } from "../../src/lakebase/projects.ts";
import { checkQueue } from "../../src/queue/check-queue.ts";
import { listRuns } from "../../src/runs/journal/journal.ts";
import { localLakebase } from "../support/lakebase.ts";
import { script } from "../support/plans.ts";
import { createQueueUrl, dumpTables } from "../support/queue.ts";
import { temporaryRepository } from "../support/repository.ts";
import { prepareRun, waitFor } from "../support/runs.ts";

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

test("a plan with a secret and a suite that outlasts every job never reach the queue", async () => {
  const queueUrl = await createQueueUrl();
  const secret = "c0ffee-c0ffee-c0ffee";
  const api = { ...script(""), env: { API_TOKEN: secret } };
  const shop = await temporaryRepository();
  await shop.commit("main", { ".gitignore": "/.tdd/\n" });
  const env = { LAKEBASE_QUEUE_URL: queueUrl };
  const { server, feature_id, start } = await prepareRun(
    () => ({ suites: { api } }),
    ["exp-a"],
    env,
    shop.directory,
  );
  // Ends early where a job was made: it would wait for a worker for ever.
  const startAndWait = async () => {
    const { run_id } = await start();
    return waitFor(server, run_id, ({ results }) => results[0]?.step?.includes("waiting") === true);
  };
  expect(await startAndWait()).toMatchObject({
    state: "interrupted",
    interrupted_by: { code: "queue_secret_in_plan" },
  });
  expect(await dumpTables(queueUrl)).not.toContain(secret);

  await server.writePlan(feature_id, { suites: { api: { ...script(""), timeout_seconds: 86_400 } } });
  expect(await startAndWait()).toMatchObject({
    state: "finished",
    results: [{ status: "not_measured", error: { code: "queue_job_too_long" } }],
  });
});
