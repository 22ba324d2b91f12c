import { expect, test } from "vitest";
import { readTimeline } from "../../src/experiments/timeline/timeline.ts";
import { script } from "../support/plans.ts";
import { openWorkerNetwork } from "../support/queue/network.ts";
import {
  createQueueUrl,
  dumpTables,
  expireJobs,
  killMachine,
  startQueueWorker,
} from "../support/queue/queue.ts";
import { temporaryRepository } from "../support/repository.ts";
import { prepareRun, strayProcesses, waitFor } from "../support/runs.ts";

const slugs = Array.from({ length: 20 }, (_, index) => `exp-${index}`);
const patience = { timeout: 600_000, interval: 100 };

test("each of 60 jobs counts once, although two of three workers are lost and one is stopped until its jobs expire", {
  timeout: 3_600_000,
}, async () => {
  const url = await createQueueUrl();
  const shop = await temporaryRepository();
  await shop.commit("main", { "shop.txt": "one\n", ".gitignore": "/.tdd/\n" });
  const short = script("setTimeout(() => {}, 300)");
  const budget = { concurrent_branches: 4, max_branches: 20, wall_clock_minutes: 60 };
  const plan = () => ({ budget, suites: { api: short, e2e: short, infra: short } });
  const run = await prepareRun(plan, slugs, { LAKEBASE_QUEUE_URL: url }, shop.directory);
  const { workspace, feature_id } = run;
  const refs = slugs.map((experiment_slug) => ({ workspace, feature_id, experiment_slug }));
  const network = await openWorkerNetwork(url, refs);
  const startWorker = () => startQueueWorker(shop.directory, url, { network });
  type Worker = Awaited<ReturnType<typeof startWorker>>;
  const sendOne = (worker: Worker) => expect.poll(worker.output, patience).toContain("sent");

  const lost = [await startWorker(), await startWorker()];
  const stopped = await startWorker();
  const { run_id } = await run.start();
  await Promise.all([...lost, stopped].map(sendOne));
  stopped.kill("SIGSTOP");
  for (const { checkout } of lost) await killMachine(checkout);
  const others = [await startWorker(), await startWorker()];
  await expireJobs(url);
  await Promise.all(others.map(sendOne));
  const tables = await dumpTables(url);
  stopped.kill("SIGCONT");

  const ended = await waitFor(run.server, run_id);
  const once = { passed: 1, failed: 0 };
  expect(ended.state).toBe("finished");
  for (const result of ended.results)
    expect(result).toMatchObject({ status: "succeeded", by_tag: { api: once, e2e: once, infra: once } });
  for (const ref of refs) {
    expect((await readTimeline(ref)).filter(({ kind }) => kind === "cycle")).toHaveLength(1);
  }
  expect(tables).toContain(run_id);
  expect(tables).not.toContain(decodeURIComponent(new URL(url).password));
  for (const { checkout } of [...lost, stopped, ...others])
    await expect.poll(() => strayProcesses(`${checkout}.worktrees/+work/1/checkout`), patience).toEqual([]);
});
